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

/**
 * A table whose first column names its rows.
 *
 * @param heads of the columns; a column whose head begins with # has numbers
 */
export function tableOf(heads: string[], rows: unknown[][]) {
    const kind = (i: number) => (heads[i]?.startsWith('#') ? 'number' : '');
    return html`<table class="rows">
        <thead>
            <tr>
                ${heads.map((head, i) => html`<th scope="col" class=${kind(i)}>${head.replace('#', '')}</th>`)}
            </tr>
        </thead>
        <tbody>
            ${rows.map(
                ([name, ...cells]) => html`<tr>
                    <th scope="row">${name}</th>
                    ${cells.map((cell, i) => html`<td class=${kind(i + 1)}>${cell}</td>`)}
                </tr>`,
            )}
        </tbody>
    </table>`;
}
