import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { EngineStep } from '../api/types';
import { base } from '../ui/base';
import { measure } from '../ui/format';

/** A step, and when it ended by this computer's clock. */
export interface SeenStep extends EngineStep {
    ended: number;
}

const SECONDS = 8;
const HEIGHT = 84;
/** Requests are told apart by their colour; these are clear on light and dark. */
const HUES = [165, 30, 255, 330, 95, 200, 60, 290, 5, 130];

export function colourOf(request: number): string {
    return `hsl(${HUES[request % HUES.length]} 55% 48%)`;
}

/** The last steps of each engine: as wide as they took, as high as the batch was full, in the colours of the requests in it. */
@customElement('st-lanes')
export class Lanes extends LitElement {
    static override styles = [base, css`
        :host {
            display: grid;
            gap: 0.75rem;
        }
        canvas {
            display: block;
            width: 100%;
            height: ${HEIGHT}px;
            border-radius: var(--round-small);
            background: var(--sunken);
        }
        .head {
            display: flex;
            justify-content: space-between;
            gap: 1rem;
            margin-bottom: 0.25rem;
            font-size: var(--small);
        }
        .head strong {
            white-space: nowrap;
        }
    `];

    @property({ type: Number }) engines = 1;
    /** The newest is the last. */
    @property({ attribute: false }) steps: SeenStep[] = [];
    private frame = 0;
    private readonly calm = matchMedia('(prefers-reduced-motion: reduce)');

    override connectedCallback(): void {
        super.connectedCallback();
        this.next();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        cancelAnimationFrame(this.frame);
        clearTimeout(this.frame);
    }

    /** With less motion, once a second and not all the time. */
    private next(): void {
        const draw = () => {
            this.draw();
            this.next();
        };
        this.frame = this.calm.matches ? window.setTimeout(draw, 1000) : requestAnimationFrame(draw);
    }

    override render() {
        return Array.from({ length: this.engines }, (_, engine) => {
            const last = this.steps.filter(step => step.engine === engine).at(-1);
            const busy = last && Date.now() - last.ended < 1000;
            const told = busy
                ? `${last.rows} of ${last.best} rows of ${last.requests.length} ${last.requests.length === 1 ? 'request' : 'requests'}, ${measure(last.took_ms)} ms a step`
                : 'idle';
            return html`<div>
                <p class="head"><strong>Engine ${engine}</strong> <span class="muted numbers">${told}</span></p>
                <canvas role="img" aria-label="The last steps of engine ${engine}: ${told}"></canvas>
            </div>`;
        });
    }

    private draw(): void {
        this.renderRoot.querySelectorAll('canvas').forEach((canvas, engine) => {
            const scale = devicePixelRatio;
            const width = canvas.clientWidth;
            if (canvas.width !== Math.round(width * scale)) {
                canvas.width = Math.round(width * scale);
                canvas.height = HEIGHT * scale;
            }
            const context = canvas.getContext('2d')!;
            context.setTransform(scale, 0, 0, scale, 0, 0);
            context.clearRect(0, 0, width, HEIGHT);
            const right = Date.now() - 300; // events come a moment later
            for (const step of this.steps) {
                if (step.engine === engine) {
                    drawStep(context, step, width, right);
                }
            }
        });
    }
}

function drawStep(context: CanvasRenderingContext2D, step: SeenStep, width: number, right: number): void {
    const x = (time: number) => width - ((right - time) / 1000) * (width / SECONDS);
    const [from, to] = [x(step.ended - step.took_ms), x(step.ended)];
    if (to < 0 || from > width) {
        return;
    }
    const row = (HEIGHT - 2) / Math.max(step.best, step.rows);
    let bottom = HEIGHT;
    for (const { id, rows } of step.requests) {
        context.fillStyle = colourOf(id);
        context.fillRect(from, bottom - rows * row, Math.max(1, to - from - 0.75), rows * row - 0.75);
        bottom -= rows * row;
    }
}
