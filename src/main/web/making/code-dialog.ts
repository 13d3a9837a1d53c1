import { css, html, LitElement } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { session } from '../api/http';
import { request } from '../state/settings';
import { base } from '../ui/base';
import '../ui/dialog';
import { copy } from '../ui/save';
import { current, requestOf } from './actions';
import { type Language, LANGUAGES, snippet } from './snippets';

/** The same as on the screen, in other programs. */
@customElement('st-code-dialog')
export class CodeDialog extends LitElement {
    static override styles = [base, css`
        st-dialog {
            --dialog-width: 48rem;
        }
        [role='tablist'] {
            margin: 0.75rem 0;
        }
        pre {
            font-size: var(--small);
            max-height: 50dvh;
        }
    `];

    @state() private language: Language = 'curl';

    override render() {
        const picture = current();
        const fields = picture ? requestOf(picture) : request();
        const text = snippet(this.language, location.origin, fields, session.get().hasKey);
        const tab = (language: Language) => html`<button
            class="plain"
            role="tab"
            id="tab-${language}"
            aria-controls="code"
            aria-selected=${language === this.language}
            tabindex=${language === this.language ? 0 : -1}
            @click=${() => (this.language = language)}
            @keydown=${this.moved}
        >
            ${language}
        </button>`;
        return html`<st-dialog heading="The same in other programs">
            <p class="muted">
                ${picture ? 'This makes the picture on the screen again.' : 'This asks for what the settings say.'} It needs
                only what the language brings.
            </p>
            <div class="wrap" role="tablist" aria-label="Languages">${LANGUAGES.map(tab)}</div>
            <pre id="code" role="tabpanel" aria-labelledby="tab-${this.language}" tabindex="0">${text}</pre>
            <div class="row end">
                <button class="primary" @click=${() => copy(text, 'Copied.', 'Select the text instead.')}>Copy</button>
            </div>
        </st-dialog>`;
    }

    private async moved(event: KeyboardEvent): Promise<void> {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by) {
            const at = LANGUAGES.indexOf(this.language) + by + LANGUAGES.length;
            this.language = LANGUAGES[at % LANGUAGES.length] ?? 'curl';
            await this.updateComplete;
            this.renderRoot.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
        }
    }
}
