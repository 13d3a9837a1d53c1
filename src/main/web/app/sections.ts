import type { TemplateResult } from 'lit';
import { html } from 'lit';
import type { DialogName } from '../state/view';

/** A part of the page that fills it, beside making images. */
interface Section {
    title: string;
    /** Draws it; its program is loaded when it is seen first. Making images is drawn by the page itself. */
    render: () => TemplateResult | null;
}

/** What is seen of a program that is loaded when it is seen first. */
const lazily = (program: () => Promise<unknown>, seen: TemplateResult) => () => {
    void program().catch(() => undefined); // asked again when the service is back
    return seen;
};

/** All parts, in the order of the navigation. */
export const sections = new Map<string, Section>([
    ['make', { title: 'Make', render: () => null }],
    ['grid', { title: 'Grid', render: lazily(() => import('../making/grid-section'), html`<st-grid-section></st-grid-section>`) }],
    ['data', { title: 'Data', render: lazily(() => import('../data/datasets-section'), html`<st-datasets-section></st-datasets-section>`) }],
    ['train', { title: 'Train', render: lazily(() => import('../training/training-section'), html`<st-training-section></st-training-section>`) }],
    ['models', { title: 'Models', render: lazily(() => import('../models/models-section'), html`<st-models-section></st-models-section>`) }],
    ['engines', { title: 'Engines', render: lazily(() => import('../engines/engines-section'), html`<st-engines-section></st-engines-section>`) }],
]);

export const dialogs: Record<DialogName, () => TemplateResult> = {
    help: lazily(() => import('./help-dialog'), html`<st-help-dialog></st-help-dialog>`),
    code: lazily(() => import('../making/code-dialog'), html`<st-code-dialog></st-code-dialog>`),
    compare: lazily(() => import('../gallery/compare-dialog'), html`<st-compare-dialog></st-compare-dialog>`),
    variations: lazily(() => import('../making/variations-dialog'), html`<st-variations-dialog></st-variations-dialog>`),
    mask: lazily(() => import('../making/mask-dialog'), html`<st-mask-dialog></st-mask-dialog>`),
};
