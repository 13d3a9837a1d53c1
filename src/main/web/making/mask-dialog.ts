import { css, html, LitElement } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { dataUrl, toBase64 } from '../api/base64';
import { change, settings } from '../state/settings';
import { view } from '../state/view';
import { base } from '../ui/base';
import { iconButton, slider } from '../ui/controls';
import '../ui/dialog';
import { icons } from '../ui/icons';

const MOST_UNDONE = 30;

/** Paints the mask: white is painted anew, black is kept. */
@customElement('st-mask-dialog')
export class MaskDialog extends LitElement {
    static override styles = [base, css`
        st-dialog {
            --dialog-width: 40rem;
        }
        .easel {
            position: relative;
            width: min(100%, calc(100dvh - 19rem));
            min-width: min(100%, 15rem);
            margin: 0 auto;
            border-radius: var(--round);
            overflow: hidden;
            background: var(--sunken);
            cursor: crosshair;
            touch-action: none;
        }
        img,
        canvas {
            display: block;
            width: 100%;
        }
        canvas {
            position: absolute;
            inset: 0;
            height: 100%;
            opacity: 0.62;
            mix-blend-mode: screen;
        }
        .tools {
            margin-bottom: 0.9rem;
        }
        .tools label {
            display: flex;
            align-items: center;
            gap: 0.6rem;
            flex: 1;
            min-width: 11rem;
        }
    `];

    /** Share of the picture's width. */
    @state() private brush = 0.12;
    @state() private erasing = false;
    @state() private undone: ImageData[] = [];
    @query('canvas') private canvas!: HTMLCanvasElement;
    @query('img') private picture!: HTMLImageElement;
    private last: [number, number] | null = null;
    /** Where the keyboard's brush is. */
    private readonly hand: [number, number] = [0.5, 0.5];

    private get paper(): CanvasRenderingContext2D {
        return this.canvas.getContext('2d', { willReadFrequently: true })!;
    }

    override render() {
        const image = settings.get().values['image'];
        return html`<st-dialog heading="What to paint anew">
            <div class="tools wrap" role="toolbar" aria-label="Brush">
                <button aria-pressed=${!this.erasing} @click=${() => (this.erasing = false)}>${icons.paint} Paint</button>
                <button aria-pressed=${this.erasing} @click=${() => (this.erasing = true)}>Erase</button>
                <label>
                    Size
                    ${slider({ min: 0.02, max: 0.5, step: 0.01, value: this.brush, changed: size => (this.brush = size) })}
                </label>
                ${iconButton('Undo', icons.undo, this.undo, { keys: 'Ctrl Z', disabled: !this.undone.length })}
                <button @click=${this.invert}>Invert</button>
                <button @click=${this.clear}>Clear</button>
            </div>
            <div class="easel">
                <img src=${dataUrl(String(image ?? ''))} alt="" @load=${this.begin} />
                <canvas
                    tabindex="0"
                    role="application"
                    aria-label="The mask. Arrow keys move the brush, Space paints, Ctrl Z takes it back."
                    @pointerdown=${this.down}
                    @pointermove=${this.move}
                    @pointerup=${this.up}
                    @pointercancel=${this.up}
                    @keydown=${this.pressed}
                ></canvas>
            </div>
            <div class="row end">
                <p class="grow small muted">White is painted anew. Black stays.</p>
                <button class="primary" @click=${this.done}>Use the mask</button>
            </div>
        </st-dialog>`;
    }

    /** The mask has the size of the picture, as the service wants it. */
    private readonly begin = () => {
        this.canvas.width = this.picture.naturalWidth;
        this.canvas.height = this.picture.naturalHeight;
        this.fill('black');
        const mask = settings.get().values['mask'];
        if (mask !== undefined) {
            const earlier = new Image();
            earlier.onload = () => this.paper.drawImage(earlier, 0, 0, this.canvas.width, this.canvas.height);
            earlier.src = dataUrl(String(mask));
        }
    };

    private fill(colour: string): void {
        this.paper.fillStyle = colour;
        this.paper.fillRect(0, 0, this.canvas.width, this.canvas.height);
    }

    private remember(): void {
        const now = this.paper.getImageData(0, 0, this.canvas.width, this.canvas.height);
        this.undone = [...this.undone.slice(1 - MOST_UNDONE), now];
    }

    private at(event: PointerEvent): [number, number] {
        const box = this.canvas.getBoundingClientRect();
        return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    }

    private readonly down = (event: PointerEvent) => {
        this.canvas.setPointerCapture(event.pointerId);
        this.remember();
        this.last = this.at(event);
        this.stroke(this.last, this.last);
    };

    private readonly move = (event: PointerEvent) => {
        if (this.last) {
            const now = this.at(event);
            this.stroke(this.last, now);
            this.last = now;
        }
    };

    private readonly up = () => {
        this.last = null;
    };

    private stroke([x0, y0]: [number, number], [x1, y1]: [number, number]): void {
        const { width, height } = this.canvas;
        const paper = this.paper;
        paper.strokeStyle = this.erasing ? 'black' : 'white';
        paper.lineWidth = Math.max(1, this.brush * width);
        paper.lineCap = 'round';
        paper.beginPath();
        paper.moveTo(x0 * width, y0 * height);
        paper.lineTo(x1 * width + 0.001, y1 * height);
        paper.stroke();
    }

    private readonly pressed = (event: KeyboardEvent) => {
        const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (by) {
            this.hand.forEach((now, i) => (this.hand[i] = Math.max(0, Math.min(1, now + ((by[i] ?? 0) * this.brush) / 2))));
        } else if (event.key === ' ') {
            this.remember();
            this.stroke(this.hand, this.hand);
        } else if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey)) {
            this.undo();
        } else {
            return;
        }
        event.preventDefault();
    };

    private readonly undo = () => {
        const before = this.undone.at(-1);
        if (before) {
            this.paper.putImageData(before, 0, 0);
            this.undone = this.undone.slice(0, -1);
        }
    };

    private readonly invert = () => {
        this.remember();
        this.paper.globalCompositeOperation = 'difference';
        this.fill('white');
        this.paper.globalCompositeOperation = 'source-over';
    };

    private readonly clear = () => {
        this.remember();
        this.fill('black');
    };

    private readonly done = async () => {
        const png = await new Promise<Blob | null>(resolve => this.canvas.toBlob(resolve, 'image/png'));
        if (png) {
            change({ mask: await toBase64(png), add_noise: null });
        }
        view.set({ dialog: null });
    };
}
