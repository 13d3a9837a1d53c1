import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, queryAll, query, state } from 'lit/decorators.js';
import { getSample } from '../api/training-calls';
import { Pending, textOf } from '../state/remote';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { cursor } from './cursor';
import { hasRaw, placeOf, type Sheet, samplesIn, sheetOf } from './sample-sheet';

const KEPT = 24;

/** The samples of one run at a step: one of them large, averaged and raw, and all of them. */
@customElement('st-sample-view')
export class SampleView extends LitElement {
    static override styles = [base, css`
        :host {
            display: grid;
            align-content: start;
            gap: 0.75rem;
            min-width: 0;
        }
        .large {
            display: flex;
            gap: 0.75rem;
        }
        figure {
            flex: 1;
            max-width: 13rem;
        }
        figcaption {
            margin-top: 0.25rem;
            font-size: var(--tiny);
            color: var(--muted);
        }
        canvas {
            display: block;
            max-width: 100%;
            border-radius: 0.3rem;
            background: var(--sunken);
            image-rendering: var(--enlarged, pixelated);
        }
        figure canvas {
            width: 100%;
        }
        .all canvas {
            width: min(100%, 44rem);
            cursor: pointer;
        }
        .none {
            padding: 1.5rem 1rem;
            text-align: center;
            font-size: var(--small);
            color: var(--muted);
            background: var(--sunken);
            border-radius: var(--round-small);
        }
    `];

    @property() run = '';
    /** Null if there is no sample yet. */
    @property({ attribute: false }) step: number | null = null;
    @state() private sheet: Sheet | null = null;
    @state() private trouble = '';
    @query('.all canvas') private whole!: HTMLCanvasElement | null;
    @queryAll('figure canvas') private single!: NodeListOf<HTMLCanvasElement>;
    private readonly known = new Map<string, Sheet>();
    private readonly pending = new Pending(this);
    readonly watching = new Watching(this, cursor);

    override willUpdate(changed: Map<string, unknown>): void {
        if (changed.has('step') || changed.has('run')) {
            void this.load(this.pending.begin());
        }
    }

    private async load(signal: AbortSignal): Promise<void> {
        const { run, step } = this;
        if (step === null) {
            this.sheet = null;
            return;
        }
        const key = `${run} ${step}`;
        try {
            const sheet = this.known.get(key) ?? (await sheetOf(step, await getSample(run, step, signal)));
            this.known.set(key, sheet);
            [...this.known.keys()].slice(0, -KEPT).forEach(old => this.known.delete(old));
            if (!signal.aborted) {
                this.sheet = sheet;
                this.trouble = '';
            }
        } catch (failure) {
            this.trouble = signal.aborted ? this.trouble : textOf(failure);
        }
    }

    override render() {
        if (!this.sheet || this.step === null) {
            return html`<p class="none">${this.trouble || (this.step === null ? 'There are no samples yet.' : 'Loading …')}</p>`;
        }
        const { grid, step } = this.sheet;
        const sample = this.sample();
        const figure = (title: string) => html`<figure>
            <canvas role="img" aria-label="Sample ${sample + 1} at step ${step}, ${title}"></canvas>
            <figcaption>${title}</figcaption>
        </figure>`;
        return html`
            ${grid
                ? html`<div class="large">
                      ${figure('averaged weights')} ${hasRaw(grid, sample) ? figure('raw weights') : nothing}
                  </div>`
                : nothing}
            <div class="all"><canvas role="img" aria-label="All samples at step ${step}" @click=${this.clicked}></canvas></div>
            ${this.trouble ? html`<p class="wrong">${this.trouble}</p>` : nothing}
        `;
    }

    private sample(): number {
        const grid = this.sheet?.grid;
        return grid ? Math.min(cursor.get().sample, samplesIn(grid) - 1) : 0;
    }

    override updated(): void {
        if (!this.sheet || !this.whole) {
            return;
        }
        const { picture, grid } = this.sheet;
        const context = fit(this.whole, picture.width, picture.height);
        context.drawImage(picture, 0, 0);
        if (!grid) {
            return;
        }
        const sample = this.sample();
        this.single.forEach((canvas, i) => {
            const [x, y] = placeOf(grid, sample, i === 1);
            fit(canvas, grid.width, grid.height).drawImage(picture, x, y, grid.width, grid.height, 0, 0, grid.width, grid.height);
        });
        const [x, y] = placeOf(grid, sample, false);
        context.strokeStyle = '#d5216e';
        context.lineWidth = 2;
        context.strokeRect(x - 1, y - 1, grid.width + 2, grid.height + 2);
    }

    private clicked(event: MouseEvent): void {
        const grid = this.sheet?.grid;
        if (grid && this.whole) {
            const box = this.whole.getBoundingClientRect();
            const scale = this.whole.width / box.width;
            const column = Math.floor(((event.clientX - box.left) * scale - grid.left) / (grid.width + grid.gap));
            const row = Math.floor(((event.clientY - box.top) * scale - grid.top) / (grid.height + grid.gap));
            if (column >= 0 && column < grid.columns && row >= 0 && row < grid.rows) {
                cursor.set({ sample: (row * grid.columns + column) % samplesIn(grid) });
            }
        }
    }
}

/** Its drawing, in that size and empty. */
function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
    canvas.width = width;
    canvas.height = height;
    return canvas.getContext('2d')!;
}
