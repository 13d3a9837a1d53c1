import { html } from 'lit';

/** Terms and what is known of them, as a list. */
export function factsOf(facts: [string, unknown][]) {
    return html`<dl class="facts">
        ${facts.map(
            ([term, value]) => html`<div>
                <dt>${term}</dt>
                <dd>${value}</dd>
            </div>`,
        )}
    </dl>`;
}
