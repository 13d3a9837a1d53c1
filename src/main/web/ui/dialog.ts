import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { base } from './base';
import { icons } from './icons';

/** A dialog with a heading. It keeps the focus, closes with Escape and by a click beside it, and then sends `close` to all that it is in. */
@customElement('st-dialog')
export class Dialog extends LitElement {
    static override styles = [base, css`
        dialog {
            width: min(var(--dialog-width, 34rem), calc(100vw - 2rem));
            max-height: calc(100dvh - 3rem);
            padding: 0;
            border: 1px solid var(--line);
            border-radius: calc(var(--round) * 1.4);
            color: var(--ink);
            background: var(--surface);
            box-shadow: var(--shadow);
            overflow: hidden;
        }
        dialog[open] {
            display: flex;
            flex-direction: column;
        }
        dialog::backdrop {
            background: #0a0d0c99;
        }
        .head {
            display: flex;
            align-items: center;
            justify-content: space-between;
            padding: 0.75rem 0.75rem 0.75rem 1.25rem;
            border-bottom: 1px solid var(--line);
        }
        h2 {
            font-size: 1rem;
            color: var(--ink);
        }
        .content {
            padding: 1.25rem;
            overflow: auto;
        }
        @media (max-width: 40rem) {
            dialog {
                width: 100vw;
                max-width: 100vw;
                margin: auto 0 0;
                border-radius: calc(var(--round) * 1.4) calc(var(--round) * 1.4) 0 0;
            }
        }
    `];

    @property() heading = '';
    @query('dialog') private dialog!: HTMLDialogElement;

    override firstUpdated(): void {
        this.dialog.showModal();
    }

    override render() {
        return html`<dialog aria-labelledby="heading" @close=${this.closed} @click=${this.clicked}>
            <div class="head">
                <h2 id="heading">${this.heading}</h2>
                <button class="icon" aria-label="Close" @click=${() => this.dialog.close()}>${icons.close}</button>
            </div>
            <div class="content" tabindex="-1"><slot></slot></div>
        </dialog>`;
    }

    private closed(): void {
        this.dispatchEvent(new Event('close', { bubbles: true, composed: true }));
    }

    private clicked(event: MouseEvent): void {
        if (event.target === this.dialog) {
            this.dialog.close();
        }
    }
}
