import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** A part of the page that fills it, beside making images. */
interface Section {
    title: string;
    /** Draws it; its program is loaded when it is seen first. Making images is drawn by the page itself. */
    render: () => TemplateResult | null;
}

/** All parts, in the order of the navigation. Watching training, models and the operator's view belong here. */
export const sections = new Map<string, Section>([
    ['make', { title: 'Make', render: () => null }],
    [
        'grid',
        {
            title: 'Grid',
            render: () => {
                void import('../making/grid-section');
                return html`<st-grid-section></st-grid-section>`;
            },
        },
    ],
]);
