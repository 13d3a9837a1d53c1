import type { TemplateResult } from 'lit';
import { html } from 'lit';

/** A part of the page that fills it, beside making images. */
interface Section {
    title: string;
    /** Draws it; its program is loaded when it is seen first. Making images is drawn by the page itself. */
    render: () => TemplateResult | null;
}

const section = (title: string, program: () => Promise<unknown>, seen: TemplateResult): Section => ({
    title,
    render: () => {
        void program().catch(() => undefined); // asked again when the service is back
        return seen;
    },
});

/** All parts, in the order of the navigation. */
export const sections = new Map<string, Section>([
    ['make', { title: 'Make', render: () => null }],
    ['grid', section('Grid', () => import('../making/grid-section'), html`<st-grid-section></st-grid-section>`)],
    ['data', section('Data', () => import('../data/datasets-section'), html`<st-datasets-section></st-datasets-section>`)],
    ['train', section('Train', () => import('../training/training-section'), html`<st-training-section></st-training-section>`)],
    ['models', section('Models', () => import('../models/models-section'), html`<st-models-section></st-models-section>`)],
    ['engines', section('Engines', () => import('../engines/engines-section'), html`<st-engines-section></st-engines-section>`)],
]);
