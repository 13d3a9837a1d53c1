import { css, html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { preferences } from '../state/preferences';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import '../ui/dialog';
import { named, type Shortcut, shortcuts } from '../ui/keys';

/** All keys, and how the page looks. */
@customElement('st-help-dialog')
export class HelpDialog extends LitElement {
    static override styles = [base, css`
        st-dialog {
            --dialog-width: 46rem;
        }
        .topics {
            columns: 2 18rem;
            column-gap: 2.5rem;
        }
        section {
            break-inside: avoid;
            margin-bottom: 1.5rem;
        }
        h3 {
            margin-bottom: 0.5rem;
            font-size: var(--small);
            font-weight: 600;
            color: var(--muted);
        }
        dl div {
            display: flex;
            align-items: baseline;
            justify-content: space-between;
            gap: 1rem;
            padding: 0.25rem 0;
        }
    `];

    readonly watching = new Watching(this, preferences);

    override render() {
        const { theme, smooth } = preferences.get();
        const row = ({ keys, does }: Shortcut) => html`<div>
            <dt>${does}</dt>
            <dd>${named(keys).map(key => html`<kbd>${key}</kbd> `)}</dd>
        </div>`;
        const looks = (name: typeof theme, title: string) =>
            html`<button aria-pressed=${theme === name} @click=${() => preferences.set({ theme: name })}>${title}</button>`;
        return html`<st-dialog heading="Keys and looks">
            <div class="topics">
                ${[...shortcuts].map(
                    ([topic, all]) => html`<section>
                        <h3>${topic}</h3>
                        <dl>${all.map(row)}</dl>
                    </section>`,
                )}
                <section>
                    <h3>Looks</h3>
                    <div class="wrap">
                        ${looks('system', 'As the system')} ${looks('light', 'Light')} ${looks('dark', 'Dark')}
                        <button aria-pressed=${smooth} @click=${() => preferences.set({ smooth: !smooth })}>Smooth pictures</button>
                    </div>
                </section>
            </div>
        </st-dialog>`;
    }
}
