import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { notices } from '../ui/notice';

/** The short message of the moment. */
@customElement('st-notices')
export class Notices extends LitElement {
    static override styles = [base, css`
        div {
            position: fixed;
            z-index: 9;
            inset: 4.25rem 0 auto;
            display: grid;
            justify-items: center;
            pointer-events: none;
        }
        p {
            max-width: min(34rem, calc(100vw - 2rem));
            padding: 0.6rem 1rem;
            border-radius: var(--round);
            color: var(--ground);
            background: var(--ink);
            box-shadow: var(--shadow);
        }
        button {
            min-height: 1.75rem;
            margin-left: 0.5rem;
            border-color: currentColor;
            color: var(--ground);
            background: transparent;
            pointer-events: auto;
        }
    `];

    readonly watching = new Watching(this, notices);

    private action({ title, run }: { title: string; run: () => void }) {
        const click = () => {
            notices.set({ notice: null });
            run();
        };
        return html`<button @click=${click}>${title}</button>`;
    }

    override render() {
        const { notice } = notices.get();
        return html`<div role=${notice?.tone === 'bad' ? 'alert' : 'status'}>
            ${notice ? html`<p>${notice.text} ${notice.action ? this.action(notice.action) : nothing}</p>` : nothing}
        </div>`;
    }
}
