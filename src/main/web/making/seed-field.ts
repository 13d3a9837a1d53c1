import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { change, drawnSeed, settings } from '../state/settings';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { iconButton, valueIn } from '../ui/controls';
import { icons } from '../ui/icons';

/** The seed: drawn for each request, or locked so that the same settings give the same image. */
@customElement('st-seed-field')
export class SeedField extends LitElement {
    static override styles = [base, css`
        label {
            display: block;
            margin-bottom: 0.25rem;
        }
        .row {
            gap: 0.25rem;
        }
        input {
            font-variant-numeric: tabular-nums;
        }
    `];

    readonly watching = new Watching(this, settings);

    override render() {
        const { values, seedLocked, wrong } = settings.get();
        return html`
            <label for="seed">Seed</label>
            <div class="row">
                <input
                    id="seed"
                    inputmode="numeric"
                    autocomplete="off"
                    placeholder="drawn"
                    aria-invalid=${wrong['seed'] ? 'true' : 'false'}
                    .value=${String(values['seed'] ?? '')}
                    @change=${this.typed}
                />
                ${iconButton('Draw another seed', icons.dice, drawSeed, { keys: 'D' })}
                ${iconButton('Lock the seed', seedLocked ? icons.lock : icons.unlock, lockSeed, { keys: 'L', pressed: seedLocked })}
            </div>
            ${wrong['seed'] ? html`<p class="wrong">${wrong['seed']}</p>` : nothing}
        `;
    }

    private typed(event: Event): void {
        const seed = valueIn(event).trim();
        change({ seed });
        settings.set({ seedLocked: seed !== '' });
    }
}

export function drawSeed(): void {
    change({ seed: drawnSeed(), first_index: null });
}

/** The next images have the seed that is in the field, or a new one each. */
export function lockSeed(): void {
    const { seedLocked, values } = settings.get();
    if (!seedLocked && values['seed'] === undefined) {
        drawSeed();
    }
    if (seedLocked) {
        change({ first_index: null });
    }
    settings.set({ seedLocked: !seedLocked });
}
