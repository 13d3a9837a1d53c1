import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { show, urlOf } from '../gallery/gallery';
import { ask } from '../state/queue';
import { drawnSeed } from '../state/settings';
import { view } from '../state/view';
import { base } from '../ui/base';
import { slider } from '../ui/controls';
import '../ui/dialog';
import { current, requestOf } from './actions';

/** Images near the one on the stage: their noise lies between its noise and another one. */
@customElement('st-variations-dialog')
export class VariationsDialog extends LitElement {
    static override styles = [base, css`
        .form {
            display: grid;
            grid-template-columns: 7rem 1fr;
            gap: 1.25rem;
        }
        img {
            width: 100%;
            border-radius: var(--round);
        }
        label {
            display: flex;
            justify-content: space-between;
        }
        .ends {
            display: flex;
            justify-content: space-between;
            margin-bottom: 0.9rem;
            font-size: var(--tiny);
            color: var(--muted);
        }
    `];

    @state() private strength = 0.25;
    @state() private count = 6;

    override render() {
        const picture = current();
        const range = (id: 'strength' | 'count', title: string, max: number, step: number) => html`<label for=${id}>
                ${title} <output class="numbers">${this[id]}</output>
            </label>
            ${slider({ id, min: step, max, step, value: this[id], changed: value => (this[id] = value) })}`;
        return html`<st-dialog heading="Variations">
            <div class="form">
                ${picture ? html`<img src=${urlOf(picture)} alt="The picture to vary" />` : ''}
                <div>
                    ${range('strength', 'Strength', 1, 0.05)}
                    <p class="ends"><span>nearly the same</span><span>another picture</span></p>
                    ${range('count', 'Images', 12, 1)}
                </div>
            </div>
            <div class="row end"><button class="primary" ?disabled=${!picture} @click=${this.make}>Make variations</button></div>
        </st-dialog>`;
    }

    private readonly make = async () => {
        const picture = current();
        if (!picture) {
            return;
        }
        const asked = { ...requestOf(picture), variation_strength: this.strength };
        view.set({ dialog: null, following: true, selected: null });
        const results = Array.from({ length: this.count }, () => ask({ ...asked, variation_seed: drawnSeed() }));
        const made: string[] = [picture.id];
        for (const result of results) {
            made.push(...((await result) ?? []));
        }
        if (view.get().following) {
            show(made);
        }
    };
}
