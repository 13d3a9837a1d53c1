import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import '../ui/dialog';
import { find, gallery, type Picture, urlOf } from './gallery';

/** Two pictures under a slider, and the settings in which they differ. */
@customElement('st-compare-dialog')
export class CompareDialog extends LitElement {
    static override styles = [
        base,
        css`
            st-dialog {
                --dialog-width: 44rem;
            }
            .both {
                position: relative;
                width: min(100%, calc(100dvh - 22rem));
                min-width: min(100%, 16rem);
                margin: 0 auto;
                aspect-ratio: 1;
                border-radius: var(--round);
                overflow: hidden;
                background: var(--sunken);
                touch-action: none;
                cursor: ew-resize;
            }
            img {
                position: absolute;
                inset: 0;
                width: 100%;
                height: 100%;
                object-fit: contain;
            }
            .second {
                clip-path: inset(0 0 0 var(--at));
            }
            .both::after {
                content: '';
                position: absolute;
                inset: 0 auto 0 var(--at);
                width: 2px;
                margin-left: -1px;
                background: #fff;
                box-shadow: 0 0 4px #000a;
            }
            input {
                margin: 0.75rem 0;
            }
            table {
                width: 100%;
                border-collapse: collapse;
                font-size: var(--small);
            }
            th,
            td {
                padding: 0.35rem 0.5rem;
                text-align: left;
                border-top: 1px solid var(--line);
                overflow-wrap: anywhere;
            }
            th {
                font-weight: 550;
                color: var(--muted);
            }
        `,
    ];

    @state() private at = 50;
    private readonly watching = new Watching(this, gallery);

    override render() {
        void this.watching;
        const [first, second] = gallery.get().chosen.map(find);
        return html`<st-dialog heading="Compare">
            ${first && second ? this.both(first, second) : html`<p>Choose two pictures.</p>`}
        </st-dialog>`;
    }

    private both(first: Picture, second: Picture) {
        const names = [...new Set([...Object.keys(first.parameters), ...Object.keys(second.parameters)])];
        const differing = names.filter(name => text(first, name) !== text(second, name));
        return html`
            <div class="both" .style=${`--at: ${this.at}%`} @pointermove=${this.moved} @pointerdown=${this.moved}>
                <img src=${urlOf(first)} alt="The first picture" />
                <img class="second" src=${urlOf(second)} alt="The second picture" />
            </div>
            <input
                type="range"
                min="0"
                max="100"
                aria-label="How much of the first picture is seen"
                .value=${String(this.at)}
                .style=${`--share: ${this.at}%`}
                @input=${(event: Event) => (this.at = Number((event.target as HTMLInputElement).value))}
            />
            <table>
                <thead>
                    <tr>
                        <th scope="col">Differs in</th>
                        <th scope="col">First</th>
                        <th scope="col">Second</th>
                    </tr>
                </thead>
                <tbody>
                    ${differing.map(
                        name => html`<tr>
                            <th scope="row">${name}</th>
                            <td>${text(first, name)}</td>
                            <td>${text(second, name)}</td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        `;
    }

    private moved(event: PointerEvent): void {
        if (event.type === 'pointerdown' || event.buttons || event.pointerType === 'mouse') {
            const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
            this.at = Math.round(Math.max(0, Math.min(100, (100 * (event.clientX - box.left)) / box.width)));
        }
    }
}

function text(picture: Picture, name: string): string {
    const value = picture.parameters[name];
    const shown = value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
