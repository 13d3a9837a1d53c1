import { css, html, LitElement, nothing } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { session, useKey } from '../api/http';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import '../ui/dialog';

/** Asks for the key that the service wants. */
@customElement('st-key-dialog')
export class KeyDialog extends LitElement {
    static override styles = [base, css`
        form {
            display: grid;
            gap: 0.9rem;
        }
    `];

    @query('input') private input!: HTMLInputElement;
    readonly watching = new Watching(this, session);

    override async firstUpdated(): Promise<void> {
        await new Promise(requestAnimationFrame);
        this.input.focus();
    }

    override render() {
        const { keyRefused, hasKey } = session.get();
        return html`<st-dialog heading="This service wants a key" @close=${() => session.set({ keyWanted: false })}>
            <form @submit=${this.submitted}>
                <p class="muted">It is kept in this tab only, until you close it, and sent to this service alone.</p>
                ${keyRefused ? html`<p class="wrong" role="alert">The service doesn't know that key.</p>` : nothing}
                <div>
                    <label for="key">Key</label>
                    <input id="key" type="password" autocomplete="off" required />
                </div>
                <div class="row end">
                    ${hasKey ? html`<button type="button" @click=${() => useKey('')}>Forget the key</button>` : nothing}
                    <button class="primary">Use the key</button>
                </div>
            </form>
        </st-dialog>`;
    }

    private submitted(event: Event): void {
        event.preventDefault();
        useKey(this.input.value.trim());
    }
}
