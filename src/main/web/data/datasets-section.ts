import { html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { listDatasets } from '../api/dataset-calls';
import type { DatasetEntry } from '../api/types';
import { Polling } from '../state/remote';
import { Watching } from '../state/store';
import { go, view } from '../state/view';
import { count } from '../ui/format';
import { page } from '../ui/page';
import { troubleOf } from '../ui/trouble';
import './dataset-card';
import './dataset-upload';

const LOOK_EVERY = 10_000;

/** The data sets: what is in them, and new ones. */
@customElement('st-datasets-section')
export class DatasetsSection extends LitElement {
    static override styles = page;

    private readonly polling = new Polling(this, read, LOOK_EVERY);
    readonly watching = new Watching(this, this.polling.store, view);

    override render() {
        const { value } = this.polling.store.get();
        const { item } = view.get();
        const chosen = value?.find(dataset => dataset.name === item) ?? value?.[0];
        return html`<div class="page">
            <div class="head">
                <h1>Data sets</h1>
                ${item === 'new' ? nothing : html`<button class="primary" @click=${() => go('data', 'new')}>New data set</button>`}
            </div>
            ${troubleOf(this.polling.store.get())}
            <div class="split">
                <ul class="list" aria-label="All data sets">
                    ${value?.map(dataset => html`<li>${this.entry(dataset, item !== 'new' && dataset === chosen)}</li>`)}
                </ul>
                ${item === 'new'
                    ? html`<st-dataset-upload @changed=${this.polling.again}></st-dataset-upload>`
                    : chosen
                      ? html`<st-dataset-card .name=${chosen.name} @changed=${this.polling.again}></st-dataset-card>`
                      : html`<p class="empty">Loading …</p>`}
            </div>
        </div>`;
    }

    private entry({ name, images, classes, problem, builtin }: DatasetEntry, chosen: boolean) {
        return html`<button aria-current=${chosen} @click=${() => go('data', name)}>
            <strong>${name}</strong>
            <span class="small muted">
                ${count(images)} images, ${classes === 0 ? 'no classes' : `${count(classes)} ${classes === 1 ? 'class' : 'classes'}`}
                ${builtin ? html`<span class="chip">built-in</span>` : nothing}
                ${problem ? html`<span class="chip bad">can't be used</span>` : nothing}
            </span>
        </button>`;
    }
}

async function read(): Promise<DatasetEntry[]> {
    return (await listDatasets()).datasets;
}
