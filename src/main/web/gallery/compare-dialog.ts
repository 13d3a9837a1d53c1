import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { Watching } from '../state/store';
import { slider } from '../ui/controls';
import '../ui/dialog';
import { page } from '../ui/page';
import { tableOf } from '../ui/tables';
import { find, gallery, type Picture, urlOf } from './gallery';

/** Two pictures under a slider, and the settings in which they differ. */
@customElement('st-compare-dialog')
export class CompareDialog extends LitElement {
    static override styles = [page, css`
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
    `];

    @state() private at = 50;
    readonly watching = new Watching(this, gallery);

    override render() {
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
            ${slider({ label: 'How much of the first picture is seen', max: 100, value: this.at, changed: at => (this.at = at) })}
            ${tableOf(
                ['Differs in', 'First', 'Second'],
                differing.map(name => [name, text(first, name), text(second, name)]),
            )}
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
