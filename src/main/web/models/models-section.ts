import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { listModels } from '../api/calls';
import { importVersion } from '../api/model-calls';
import type { Model } from '../api/types';
import { models } from '../state/models';
import { Polling, textOf } from '../state/remote';
import { Watching } from '../state/store';
import { go, view } from '../state/view';
import { progressBar } from '../ui/controls';
import '../ui/drop-zone';
import type { PathFile } from '../ui/files';
import { notify } from '../ui/notice';
import { page } from '../ui/page';
import { troubleOf } from '../ui/trouble';
import './model-card';

const LOOK_EVERY = 5000;

/** The models: which version serves, and what can be done with versions. */
@customElement('st-models-section')
export class ModelsSection extends LitElement {
    static override styles = [page, css`
        form {
            margin-top: 1rem;
            --drop-padding: 1.5rem 1rem;
        }
    `];

    @state() private sending: number | null = null;
    @state() private refused = '';
    @query('#name') private nameBox!: HTMLInputElement;
    private readonly polling = new Polling(this, read, LOOK_EVERY);
    readonly watching = new Watching(this, this.polling.store, view);

    override render() {
        const { value } = this.polling.store.get();
        const chosen = value?.find(model => model.name === view.get().item) ?? value?.find(model => model.default) ?? value?.[0];
        return html`<div class="page">
            <div class="head"><h1>Models</h1></div>
            ${troubleOf(this.polling.store.get())}
            <div class="split">
                <div>
                    <ul class="list" aria-label="All models">
                        ${value?.map(model => html`<li>${this.entry(model, model === chosen)}</li>`)}
                    </ul>
                    ${value?.length === 0 ? html`<p class="empty">There are no models yet. Train one, or import one.</p>` : nothing}
                    ${this.importing(chosen)}
                </div>
                ${chosen
                    ? html`<st-model-card .model=${chosen} @changed=${this.polling.again}></st-model-card>`
                    : html`<p class="empty">${value ? 'A model is shown here.' : 'Loading …'}</p>`}
            </div>
        </div>`;
    }

    private entry(model: Model, chosen: boolean) {
        const state = model.problem
            ? html`<span class="chip bad">has a problem</span>`
            : html`<span class="small muted">${model.served_version ? `version ${model.served_version} serves` : 'nothing serves'}</span>`;
        return html`<button aria-current=${chosen} @click=${() => go('models', model.name)}>
            <strong>${model.name}</strong>
            <span>${state} ${model.default ? html`<span class="chip">default</span>` : nothing}</span>
        </button>`;
    }

    private importing(chosen: Model | undefined) {
        return html`<form class="card" @submit=${(event: Event) => event.preventDefault()}>
            <h2>Import a version</h2>
            <label class="named">
                Model, new or known
                <input id="name" autocomplete="off" spellcheck="false" .value=${chosen?.name ?? ''} />
            </label>
            ${this.sending === null
                ? html`<st-drop-zone
                      accept=".zip,application/zip"
                      text="Drop the ZIP of a folder that diffusers has saved, or choose it"
                      @files=${({ detail: [first] }: CustomEvent<PathFile[]>) => this.take(first?.file)}
                  ></st-drop-zone>`
                : html`<p class="small" role="status">
                          ${this.sending < 1 ? `Sending, ${Math.round(100 * this.sending)} %` : 'The service checks every weight …'}
                      </p>
                      ${progressBar('Upload', this.sending)}`}
            ${this.refused ? html`<p class="trouble" role="alert">${this.refused}</p>` : nothing}
        </form>`;
    }

    private async take(file: File | undefined): Promise<void> {
        const name = this.nameBox.value.trim();
        if (!file) {
            return;
        }
        if (!name) {
            this.refused = 'Say first which model it is.';
            this.nameBox.focus();
            return;
        }
        this.sending = 0;
        this.refused = '';
        try {
            const made = await importVersion(name, file, share => (this.sending = share), this.polling.signal);
            notify(`${made.model} has version ${made.version} now.`, 'good');
            go('models', made.model);
            await this.polling.again();
        } catch (failure) {
            this.refused = textOf(failure);
        }
        this.sending = null;
    }
}

/** Also for the view that makes images. */
async function read(): Promise<Model[]> {
    const all = await listModels();
    models.set({ ...all, known: true });
    return all.models;
}
