import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { listDatasets } from '../api/dataset-calls';
import { Refusal, sleep } from '../api/http';
import { estimate, train } from '../api/training-calls';
import type { DatasetEntry, TrainingEstimate } from '../api/types';
import '../making/field';
import { models } from '../state/models';
import { textOf } from '../state/remote';
import { Watching } from '../state/store';
import { go, view } from '../state/view';
import { base } from '../ui/base';
import { bytes, count, duration, measure } from '../ui/format';
import { notify } from '../ui/notice';
import { page } from '../ui/page';
import { asForm, change, fields, form, kind, means, PRESETS, specification } from './form';

const PAUSE = 400;
const KINDS: Record<string, string> = { diffusion: 'Diffusion', gan: 'GAN', vae: 'VAE' };

/** The groups of fields that are folded, in their order; all other fields are in the last one. */
const GROUPS: Record<string, string[]> = {
    'What it learns': ['prediction', 'schedule', 'timesteps', 'sigma_data', 'variance', 'timestep_sampling', 'loss_weighting', 'loss', 'label_dropout', 'flip'],
    'How it learns': ['optimizer', 'learning_rate', 'lr_schedule', 'warmup_steps', 'gradient_clip', 'gradient_accumulation', 'ema_decay', 'ema_warmup', 'post_hoc_ema', 'precision', 'seed'],
    'What is kept, measured and published': ['checkpoint_every', 'sample_every', 'validation', 'publish', 'publish_as', 'publish_metric', 'early_stop.metric', 'early_stop.patience', 'resume_from'],
};
const FIRST = ['kind', 'dataset', 'model', 'steps', 'batch_size', 'image_size', 'unet', 'init_from.model', 'init_from.version', 'init_from.sha256'];
const NAMES: Record<string, string> = {
    unet: 'Network',
    'early_stop.metric': 'Stop early by',
    'early_stop.patience': 'Stop early after so many measurements without a better one',
};

/** A new training job. */
@customElement('st-run-form')
export class RunForm extends LitElement {
    static override styles = [
        base,
        page,
        css`
            :host {
                padding: 0;
            }
            form {
                display: grid;
                gap: 1.25rem;
            }
            .fields {
                display: grid;
                grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
                align-items: start;
                gap: 0.75rem 1.25rem;
            }
            .choices {
                display: flex;
                flex-wrap: wrap;
                gap: 0.4rem;
            }
            .choices button {
                display: grid;
                justify-items: start;
                height: auto;
                padding: 0.5rem 0.9rem;
                text-align: left;
                white-space: normal;
            }
            .choices button[aria-pressed='true'] {
                border-color: var(--accent);
                color: var(--accent);
                background: var(--accent-soft);
            }
            .choices span {
                font-size: var(--tiny);
                color: var(--muted);
            }
            .field {
                display: grid;
            }
            .field > label {
                display: flex;
                align-items: center;
                min-height: 1.75rem;
                font-size: var(--small);
                font-weight: 550;
            }
            details .fields {
                margin-top: 0.5rem;
            }
            textarea {
                width: 100%;
                min-height: 6rem;
                padding: 0.6rem;
                border: 1px solid var(--edge);
                border-radius: var(--round-small);
                font: 0.8125rem / 1.5 var(--mono);
                background: var(--surface);
            }
            .estimate {
                position: sticky;
                bottom: 0;
                box-shadow: var(--shadow);
            }
            .estimate .head p {
                flex: 1;
                min-width: 12rem;
            }
        `,
    ];

    @state() private estimated: TrainingEstimate | null = null;
    @state() private told = '';
    @state() private starting = false;
    @state() private datasets: DatasetEntry[] = [];
    private abort = new AbortController();
    private asked = '';
    private key = '';
    private readonly watching = new Watching(this, form, models);

    override connectedCallback(): void {
        super.connectedCallback();
        const dataset = view.get().item?.split(' ')[1];
        if (dataset) {
            change({ dataset });
        }
        this.asked = '';
        void listDatasets().then(({ datasets }) => (this.datasets = datasets)).catch(() => undefined);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.abort.abort();
    }

    override willUpdate(): void {
        let wanted = '';
        try {
            wanted = JSON.stringify(specification());
        } catch (failure) {
            this.told = `More fields: ${textOf(failure)}`;
            return;
        }
        if (wanted !== this.asked && fields()['steps']) {
            this.asked = wanted;
            this.key = crypto.randomUUID();
            void this.judge();
        }
    }

    /** Asks what the job would take, a moment after the last change. */
    private async judge(): Promise<void> {
        this.abort.abort();
        const { signal } = (this.abort = new AbortController());
        try {
            await sleep(PAUSE, signal);
            this.estimated = await estimate(specification(), signal);
            this.told = '';
            form.set({ wrong: {} });
        } catch (failure) {
            if (!signal.aborted) {
                this.estimated = null;
                this.refused(failure);
            }
        }
    }

    private refused(failure: unknown): void {
        if (failure instanceof Refusal) {
            const wrong = failure.fields(true);
            form.set({ wrong });
            const unseen = Object.entries(wrong).filter(([name]) => !fields()[name]);
            this.told = unseen.length ? unseen.map(([name, text]) => `${name}: ${text}`).join(' ') : textOf(failure);
        } else {
            this.told = textOf(failure);
        }
    }

    override render() {
        void this.watching;
        return html`<form @submit=${this.submitted} aria-label="A new training job">
            <section class="card" aria-label="What to train">
                <h2 class="large">A new training job</h2>
                <div class="choices" role="group" aria-label="Kind of generator">
                    ${Object.entries(KINDS).map(
                        ([name, title]) =>
                            html`<button type="button" aria-pressed=${kind() === name} @click=${() => change({ kind: name === 'diffusion' ? null : name })}>
                                ${title}
                            </button>`,
                    )}
                </div>
                <div class="choices" role="group" aria-label="Presets">
                    ${PRESETS.map(
                        ({ title, about, values }) => html`<button type="button" @click=${() => change(values(this.estimated))}>
                            <strong>${title}</strong> <span>${about}</span>
                        </button>`,
                    )}
                </div>
                <div class="fields">
                    ${this.datasetField()} ${this.model()} ${['steps', 'batch_size', 'image_size', 'unet'].map(name => this.field(name))}
                    ${Object.keys(fields()).filter(name => /^(gan|vae)\./.test(name)).map(name => this.field(name))}
                </div>
                ${means('init_from.model') ? this.base() : nothing}
            </section>
            <section class="card" aria-label="Details">${this.groups()} ${this.more()}</section>
            ${this.summary()}
        </form>`;
    }

    private field(name: string) {
        return means(name) ? html`<st-field name=${name} named=${NAMES[name] ?? ''} .form=${asForm()}></st-field>` : nothing;
    }

    private datasetField() {
        const chosen = form.get().values['dataset'] ?? 'faces';
        const names = [...new Set([...this.datasets.map(({ name }) => name), String(chosen)])];
        const wrong = form.get().wrong['dataset'];
        return html`<div class="field">
            <label for="dataset">Data set</label>
            <select id="dataset" @change=${(event: Event) => change({ dataset: (event.target as HTMLSelectElement).value })}>
                ${names.map(name => html`<option .selected=${name === chosen}>${name}</option>`)}
            </select>
            ${wrong ? html`<p class="wrong">${wrong}</p>` : nothing}
        </div>`;
    }

    private model() {
        const { values, wrong } = form.get();
        return html`<div class="field">
            <label for="model">Name of the model</label>
            <input
                id="model"
                list="models"
                autocomplete="off"
                spellcheck="false"
                placeholder=${String(values['dataset'] ?? 'faces')}
                aria-invalid=${wrong['model'] ? 'true' : 'false'}
                .value=${String(values['model'] ?? '')}
                @change=${(event: Event) => change({ model: (event.target as HTMLInputElement).value.trim() })}
            />
            <datalist id="models">${models.get().models.map(({ name }) => html`<option value=${name}></option>`)}</datalist>
            ${wrong['model'] ? html`<p class="wrong">${wrong['model']}</p>` : nothing}
        </div>`;
    }

    /** The version to start from. */
    private base() {
        const { values, wrong } = form.get();
        const model = values['init_from.model'];
        const known = models.get().models.filter(each => each.kind === null || each.kind === 'diffusion');
        const versions = known.find(({ name }) => name === model)?.versions ?? [];
        const error = Object.entries(wrong).find(([name]) => name.startsWith('init_from'))?.[1];
        return html`<details ?open=${model !== undefined}>
            <summary>Start from a version (fine-tuning)</summary>
            <div class="fields">
                <div class="field">
                    <label for="base">Model</label>
                    <select
                        id="base"
                        @change=${(event: Event) =>
                            change({ 'init_from.model': (event.target as HTMLSelectElement).value, 'init_from.version': null })}
                    >
                        <option value="">none: random weights</option>
                        ${known.map(({ name }) => html`<option value=${name} .selected=${name === model}>${name}</option>`)}
                    </select>
                </div>
                ${model === undefined
                    ? nothing
                    : html`<div class="field">
                          <label for="base-version">Version</label>
                          <select
                              id="base-version"
                              @change=${(event: Event) =>
                                  change({ 'init_from.version': Number((event.target as HTMLSelectElement).value) || null })}
                          >
                              <option value="">the one that serves</option>
                              ${versions.map(
                                  ({ version }) =>
                                      html`<option value=${version} .selected=${version === values['init_from.version']}>${version}</option>`,
                              )}
                          </select>
                      </div>`}
            </div>
            ${error ? html`<p class="wrong">${error}</p>` : nothing}
        </details>`;
    }

    private groups() {
        const { values, wrong } = form.get();
        const grouped = Object.values(GROUPS).flat();
        const rest = Object.keys(fields()).filter(name => !grouped.includes(name) && !FIRST.includes(name) && !/^(gan|vae)\./.test(name));
        return Object.entries({ ...GROUPS, ...(rest.length ? { Others: rest } : {}) }).map(([title, names]) =>
            names.some(means)
                ? html`<details ?open=${names.some(name => values[name] !== undefined || wrong[name])}>
                      <summary>${title}</summary>
                      <div class="fields">${names.map(name => this.field(name))}</div>
                  </details>`
                : nothing,
        );
    }

    private more() {
        return html`<details ?open=${form.get().more !== ''}>
            <summary>More fields, as JSON</summary>
            <p class="small muted">For what has no box here, such as {"schedule": {"type": "linear", "beta_end": 0.01}, "consistency": {}}.</p>
            <textarea
                aria-label="More fields, as JSON"
                spellcheck="false"
                .value=${form.get().more}
                @input=${(event: Event) => form.set({ more: (event.target as HTMLTextAreaElement).value })}
            ></textarea>
        </details>`;
    }

    private summary() {
        const { estimated } = this;
        const facts: [string, unknown][] = estimated
            ? [
                  ['Time', estimated.seconds === null ? 'known after the first steps' : `about ${duration(estimated.seconds)}`],
                  ['Memory', `up to ${bytes(estimated.memory_bytes)}`],
                  ['Parameters', count(estimated.parameters)],
                  ['Images', `${count(estimated.images)}, ${estimated.classes || 'no'} classes`],
              ]
            : [];
        return html`<section class="card estimate" aria-label="What it takes">
            ${this.told ? html`<p class="trouble" role="alert">${this.told}</p>` : nothing}
            ${estimated?.warnings.map(warning => html`<p class="warning">${warning}</p>`)}
            <div class="head">
                <dl class="facts grow">
                    ${facts.map(
                        ([term, value]) => html`<div>
                            <dt>${term}</dt>
                            <dd>${value}</dd>
                        </div>`,
                    )}
                </dl>
                <button class="primary" ?disabled=${this.starting || !estimated}>Start training</button>
            </div>
            ${estimated?.judged_by
                ? html`<p class="small muted">
                      The time is that of ${estimated.judged_by}, scaled to this network: ${measure(estimated.images_per_s)} images per
                      second.
                  </p>`
                : nothing}
        </section>`;
    }

    private submitted(event: Event): void {
        event.preventDefault();
        void this.start();
    }

    private async start(): Promise<void> {
        this.starting = true;
        try {
            const job = await train(specification(), this.key);
            notify(`${job.id} is ${job.state}.`, 'good');
            this.dispatchEvent(new Event('changed'));
            go('train', job.id);
        } catch (failure) {
            this.refused(failure);
        }
        this.starting = false;
    }
}
