import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { contract } from '../api/contract';
import { find, gallery, urlOf } from '../gallery/gallery';
import { models } from '../state/models';
import { currentModel, request, settings } from '../state/settings';
import { Watching } from '../state/store';
import { view } from '../state/view';
import { base } from '../ui/base';
import { options, valueIn } from '../ui/controls';
import { icons } from '../ui/icons';
import { saveFile } from '../ui/save';
import { look } from './actions';
import { type Cell, grid, makeGrid, MOST_CELLS, stopGrid, textOf, valuesOf, VARIED } from './grid';
import { sheetOf } from './sheet';

/** Images in which two fields vary. */
@customElement('st-grid-section')
export class GridSection extends LitElement {
    static override styles = [base, css`
        :host {
            display: block;
            padding: 1.5rem;
        }
        .axes {
            display: grid;
            grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
            gap: 1rem 1.5rem;
            max-width: 64rem;
            margin: 0 auto 1rem;
            padding: 1.25rem;
            border: 1px solid var(--line);
            border-radius: var(--round);
            background: var(--surface);
        }
        fieldset {
            display: grid;
            gap: 0.5rem;
            margin: 0;
            padding: 0;
            border: 0;
            min-width: 0;
        }
        legend {
            padding: 0;
            margin-bottom: 0.35rem;
        }
        .go {
            grid-column: 1 / -1;
            flex-wrap: wrap;
        }
        .go p {
            flex-basis: 20rem;
        }
        .sheet {
            overflow: auto;
            padding: 0.25rem;
        }
        table {
            margin: 0 auto;
            border-spacing: 0.5rem;
        }
        th {
            font-size: var(--small);
            font-weight: 550;
            color: var(--muted);
            max-width: 10rem;
            white-space: nowrap;
            overflow: hidden;
            text-overflow: ellipsis;
        }
        tbody th {
            text-align: right;
            padding-right: 0.4rem;
        }
        td {
            padding: 0;
        }
        .cell {
            width: clamp(4.5rem, 11vw, 8.5rem);
            font-size: var(--tiny);
            text-align: center;
            color: var(--muted);
        }
        .cell.failed {
            padding: 0.3rem;
            overflow: auto;
            color: var(--danger);
            background: var(--danger-soft);
        }
    `];

    readonly watching = new Watching(this, grid, contract, models, settings, gallery);

    /** Fields that mean nothing to the model are no axes. */
    override willUpdate(): void {
        const { x, y } = grid.get();
        const axes = this.axes();
        const first = axes.includes(x) ? x : (axes.find(name => name !== y) ?? x);
        grid.set({ x: first, y: axes.includes(y) ? y : (axes.find(name => name !== first) ?? y) });
    }

    private axes(): string[] {
        const { fields } = contract.get();
        const kind = currentModel()?.kind;
        const fits = (kinds: string[]) => !kind || kinds.length === 0 || kinds.includes(kind);
        return VARIED.filter(name => fields[name] && fits(fields[name].kinds));
    }

    override render() {
        const { x, y, columns, rows, cells, running } = grid.get();
        const count = valuesOf(x).length * valuesOf(y).length;
        const made = cells.filter(cell => cell.state === 'done').length;
        const refused = x === y ? 'Choose two different fields.' : count > MOST_CELLS ? `At most ${MOST_CELLS} images.` : '';
        return html`
            <h1 class="hidden">Grid</h1>
            <form class="axes" @submit=${(event: Event) => event.preventDefault()}>
                ${this.axis('x', 'Across', x)} ${this.axis('y', 'Down', y)}
                <div class="go row">
                    <p class="grow muted small">
                        ${refused || `${count} images, one request each. All other settings, with the label and the seed, are those of Make.`}
                    </p>
                    <button type="button" ?disabled=${made === 0} @click=${this.download}>${icons.download} As one sheet</button>
                    ${running
                        ? html`<button type="button" @click=${stopGrid}>${icons.close} Stop (${made} of ${cells.length})</button>`
                        : html`<button type="button" class="primary" ?disabled=${refused !== '' || count === 0} @click=${() => makeGrid(request())}>
                              Make ${count} images
                          </button>`}
                </div>
            </form>
            <div class="hidden" role="status">${running ? '' : made ? `${made} images are made.` : ''}</div>
            ${cells.length ? this.sheet(columns, rows, cells) : nothing}
        `;
    }

    private axis(id: 'x' | 'y', title: string, chosen: string) {
        const changed = (event: Event) => grid.set({ [id]: valueIn(event) });
        const written = (event: Event) => grid.set({ texts: { ...grid.get().texts, [chosen]: valueIn(event) } });
        return html`<fieldset>
            <legend>${title}</legend>
            <select aria-label="${title}: the field" @change=${changed}>
                ${options(this.axes(), chosen)}
            </select>
            <input aria-label="${title}: its values, with commas between them" .value=${textOf(chosen)} @input=${written} />
        </fieldset>`;
    }

    private sheet(columns: string[], rows: string[], cells: Cell[]) {
        return html`<div class="sheet" tabindex="0" role="region" aria-label="The grid">
            <table>
                <thead>
                    <tr>
                        <td></td>
                        ${columns.map(column => html`<th scope="col">${column}</th>`)}
                    </tr>
                </thead>
                <tbody>
                    ${rows.map(
                        (row, j) => html`<tr>
                            <th scope="row">${row}</th>
                            ${columns.map((column, i) => {
                                const cell = cells[j * columns.length + i];
                                return html`<td>${cell ? this.cell(cell, `${row}, ${column}`) : nothing}</td>`;
                            })}
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>`;
    }

    private cell(cell: Cell, values: string) {
        const picture = find(cell.id);
        if (picture) {
            return html`<button class="cell" aria-label="${values}, look at it" @click=${() => this.look(picture.id)}>
                <img src=${urlOf(picture)} alt="" />
            </button>`;
        }
        return html`<div class="cell ${cell.state}" title=${cell.note}>${cell.note || (cell.state === 'sent' ? '…' : '')}</div>`;
    }

    private look(id: string): void {
        const picture = find(id);
        if (picture) {
            view.set({ section: 'make' });
            look(picture);
        }
    }

    private readonly download = async () => {
        const { x, y, columns, rows, cells } = grid.get();
        saveFile(await sheetOf(x, y, columns, rows, cells), `${y}-${x}.png`);
    };
}
