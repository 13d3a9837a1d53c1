import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from './base';
import './dialog';

/** Asks before something is done that can't be taken back. */
@customElement('st-confirm')
export class Confirm extends LitElement {
    static override styles = base;

    @property() heading = '';
    @property() text = '';
    @property() action = '';
    private agreed = false;

    override render() {
        return html`<st-dialog heading=${this.heading} @close=${this.closed}>
            <p>${this.text}</p>
            <div class="row end">
                <button @click=${this.end}>Don't</button>
                <button class="primary" @click=${this.agree}>${this.action}</button>
            </div>
        </st-dialog>`;
    }

    private agree(): void {
        this.agreed = true;
        this.end();
    }

    private end(): void {
        this.renderRoot.querySelector('st-dialog')?.shadowRoot?.querySelector('dialog')?.close();
    }

    private closed(event: Event): void {
        event.stopPropagation();
        this.remove();
        this.dispatchEvent(new CustomEvent('answer', { detail: this.agreed }));
    }
}

/** Whether a person agrees. */
export function confirmed(heading: string, text: string, action: string): Promise<boolean> {
    const asking = Object.assign(document.createElement('st-confirm'), { heading, text, action });
    document.body.append(asking);
    return new Promise(resolve =>
        asking.addEventListener('answer', event => resolve((event as CustomEvent<boolean>).detail)),
    );
}
