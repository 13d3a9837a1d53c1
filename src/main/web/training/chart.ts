/*! With uPlot, https://github.com/leeoniya/uPlot, copyright (c) Leon Sorokin, under the MIT License. */
import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import uPlot from 'uplot';
import { looks } from '../state/preferences';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { measure } from '../ui/format';
import { cursor } from './cursor';
import type { Row } from './feed';

/** A line of a chart: a column of the measurements. */
export interface Line {
    column: string;
    name: string;
    /** Whether it is of the second run. */
    second: boolean;
}

const COLOURS = ['--accent', '--line-2', '--line-3', '--line-4', '--line-5'];
const HEIGHT = 190;

/** Lines over the steps of one run or two, with the cursor that all charts and the samples share. */
@customElement('st-chart')
export class Chart extends LitElement {
    static override styles = [base, css`
        :host {
            display: grid;
            gap: 0.4rem;
            min-width: 0;
            --line-2: light-dark(#a35200, #f0a05a);
            --line-3: light-dark(#4454b8, #9aaaff);
            --line-4: light-dark(#a02c6d, #f08cc4);
            --line-5: light-dark(#5f6b00, #c6d25a);
        }
        h3 {
            margin: 0;
            font-size: var(--small);
            font-weight: 600;
        }
        .plot {
            min-width: 0;
            height: ${HEIGHT}px;
        }
        .uplot {
            position: relative;
        }
        .u-wrap {
            position: relative;
            user-select: none;
        }
        .u-over,
        .u-under,
        .u-axis,
        .u-cursor-x,
        .u-cursor-y,
        .u-select {
            position: absolute;
        }
        .u-over {
            overflow: hidden;
        }
        .u-cursor-x {
            left: 0;
            top: 0;
            height: 100%;
            border-right: 1px solid var(--muted);
            pointer-events: none;
        }
        .u-cursor-pt,
        .u-cursor-y,
        .u-legend,
        .u-select {
            display: none;
        }
        canvas {
            display: block;
            width: 100%;
            height: 100%;
        }
        ul {
            display: flex;
            flex-wrap: wrap;
            gap: 0.15rem 0.9rem;
            font-size: var(--tiny);
        }
        li {
            display: flex;
            align-items: center;
            gap: 0.35rem;
        }
        li i {
            width: 0.9rem;
            height: 0;
            border-top: 2px solid var(--colour);
        }
        li.second i {
            border-top-style: dashed;
        }
        li b {
            font-weight: 600;
            font-variant-numeric: tabular-nums;
        }
    `];

    @property() heading = '';
    @property({ attribute: false }) lines: Line[] = [];
    @property({ attribute: false }) rows: Row[] = [];
    /** Of the second run. */
    @property({ attribute: false }) others: Row[] = [];
    @property({ type: Boolean }) logarithmic = false;
    @query('.plot') private place!: HTMLElement;
    private plot: uPlot | null = null;
    private shape = '';
    private readonly resized = new ResizeObserver(() => this.plot?.setSize({ width: this.place.clientWidth, height: HEIGHT }));
    readonly watching = new Watching(this, cursor, looks);

    override firstUpdated(): void {
        this.resized.observe(this.place);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.resized.disconnect();
        this.plot?.destroy();
        this.plot = null;
        this.shape = '';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        if (this.hasUpdated) {
            this.resized.observe(this.place);
            this.requestUpdate();
        }
    }

    override render() {
        const values = this.lines.map(line => `${line.name} ${measure(this.valueAt(line))}`).join(', ');
        return html`
            <h3>${this.heading}</h3>
            <div class="plot" role="img" aria-label="${this.heading} at step ${cursor.get().step ?? 'the last'}: ${values}"></div>
            <ul aria-hidden="true">
                ${this.lines.map(
                    (line, i) => html`<li class=${line.second ? 'second' : ''} .style=${`--colour: var(${colourOf(this.lines, i)})`}>
                        <i></i>${line.name} <b>${measure(this.valueAt(line))}</b>
                    </li>`,
                )}
            </ul>
        `;
    }

    /** The value at the cursor, or the last one before it. */
    private valueAt({ column, second }: Line): number | null {
        const step = cursor.get().step ?? Infinity;
        const rows = second ? this.others : this.rows;
        for (let i = rows.length - 1; i >= 0; i--) {
            const value = rows[i]?.[column];
            if ((rows[i]?.step ?? 0) <= step && value !== null && value !== undefined) {
                return value;
            }
        }
        return null;
    }

    override updated(changed: Map<string, unknown>): void {
        const shape = JSON.stringify([this.lines, this.logarithmic, looks.get()]);
        if (shape !== this.shape) {
            this.shape = shape;
            this.plot?.destroy();
            this.plot = new uPlot(this.options(), this.data(), this.place);
        } else if (changed.has('rows') || changed.has('others')) {
            this.plot?.setData(this.data());
        }
        this.follow();
    }

    /** Moves the line to the cursor's step. */
    private follow(): void {
        const { step } = cursor.get();
        if (this.plot && this.plot.data[0].length) {
            const left = step === null ? -10 : this.plot.valToPos(step, 'x');
            if (Math.abs((this.plot.cursor.left ?? -10) - left) > 0.5) {
                this.plot.setCursor({ left, top: 0 }, false);
            }
        }
    }

    /** Both runs over the steps of both. */
    private data(): uPlot.AlignedData {
        const steps = [...new Set([...this.rows, ...this.others].map(row => row.step))].sort((a, b) => a - b);
        const at = (rows: Row[]) => new Map(rows.map(row => [row.step, row]));
        const [first, second] = [at(this.rows), at(this.others)];
        const usable = (value: number | null | undefined) =>
            value === null || value === undefined || (this.logarithmic && value <= 0) ? null : value;
        const lines = this.lines.map(line => {
            const rows = line.second ? second : first;
            // undefined: not a gap, there only is no row of this run
            return steps.map(step => usable(rows.get(step)?.[line.column]) ?? undefined);
        });
        return [steps, ...lines] as uPlot.AlignedData;
    }

    private options(): uPlot.Options {
        const style = getComputedStyle(this);
        // a canvas knows no light-dark()
        const colour = (name: string) => {
            const probe = document.createElement('i');
            probe.style.color = `var(${name})`;
            this.place.append(probe);
            const found = getComputedStyle(probe).color;
            probe.remove();
            return found;
        };
        const axis: uPlot.Axis = {
            stroke: colour('--muted'),
            font: `11px ${style.fontFamily}`,
            grid: { stroke: colour('--line'), width: 1 },
            ticks: { stroke: colour('--line'), width: 1, size: 4 },
        };
        return {
            width: Math.max(100, this.place.clientWidth),
            height: HEIGHT,
            scales: { x: { time: false }, y: this.logarithmic ? { distr: 3, range: (_, least, most) => [least * 0.95, most * 1.05] } : {} },
            axes: [
                { ...axis, size: 26 },
                { ...axis, size: 52, values: (_, ticks) => ticks.map(tick => (tick === null ? '' : shortly(tick))) },
            ],
            legend: { show: false },
            cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
            series: [
                {},
                ...this.lines.map(
                    (line, i): uPlot.Series => ({
                        stroke: colour(colourOf(this.lines, i)),
                        width: 1.5,
                        points: { size: 4 },
                        ...(line.second ? { dash: [5, 4] } : {}),
                    }),
                ),
            ],
            hooks: { setCursor: [plot => this.pointed(plot)] },
        };
    }

    private pointed(plot: uPlot): void {
        const { left, idx } = plot.cursor;
        const step = idx === null || idx === undefined || (left ?? -1) < 0 ? undefined : plot.data[0][idx];
        if (step !== undefined && this.place.matches(':hover')) {
            cursor.set({ step });
        }
    }
}

function colourOf(lines: Line[], i: number): string {
    // a column has the same colour in both runs
    const columns = [...new Set(lines.map(({ column }) => column))];
    return COLOURS[columns.indexOf(lines[i]?.column ?? '') % COLOURS.length] ?? '--accent';
}

function shortly(tick: number): string {
    const size = Math.abs(tick);
    return size !== 0 && (size < 0.001 || size >= 10_000) ? Number(tick.toPrecision(2)).toExponential() : String(Number(tick.toPrecision(3)));
}
