import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { listDatasets } from '../api/dataset-calls';
import { Refusal, sleep } from '../api/http';
import { estimate, train } from '../api/training-calls';
import type { DatasetEntry, TrainingEstimate } from '../api/types';
import '../making/field';
import { models } from '../state/models';
import { Pending, textOf } from '../state/remote';
import { Watching } from '../state/store';
import { go, view } from '../state/view';
import { options, valueIn } from '../ui/controls';
import { notify } from '../ui/notice';
import { page } from '../ui/page';
import { estimateOf } from './estimate';
import { groupsOf, isOfNetwork, NAMES } from './field-groups';
import { asForm, change, fields, form, kind, means, PRESETS, specification } from './form';

const PAUSE = 400;
const KINDS: Record<string, string> = { diffusion: 'Diffusion', gan: 'GAN', vae: 'VAE' };

/** A new training job. */
@customElement('st-run-form')
export class RunForm extends LitElement {
    static override styles = [page, css`
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
        .choices button {
            display: grid;
            justify-items: start;
            height: auto;
            padding: 0.5rem 0.9rem;
            text-align: left;
            white-space: normal;
        }
        .choices span {
            font-size: var(--tiny);
            color: var(--muted);
        }
        .named {
            gap: 0;
            line-height: 1.75rem;
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
    `];

    @state() private estimated: TrainingEstimate | null = null;
    @state() private told = '';
    @state() private starting = false;
    @state() private datasets: DatasetEntry[] = [];
    private readonly pending = new Pending(this);
    private asked = '';
    private key = '';
    readonly watching = new Watching(this, form, models);

    override connectedCallback(): void {
        super.connectedCallback();
        const dataset = view.get().item?.split(' ')[1];
        if (dataset) {
            change({ dataset });
        }
        this.asked = '';
        void listDatasets().then(({ datasets }) => (this.datasets = datasets)).catch(() => undefined);
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
        const signal = this.pending.begin();
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
        return html`<form @submit=${this.submitted} aria-label="A new training job">
            <section class="card" aria-label="What to train">
                <h2 class="large">A new training job</h2>
                <div class="choices wrap" role="group" aria-label="Kind of generator">
                    ${Object.entries(KINDS).map(
                        ([name, title]) =>
                            html`<button type="button" aria-pressed=${kind() === name} @click=${() => change({ kind: name === 'diffusion' ? null : name })}>
                                ${title}
                            </button>`,
                    )}
                </div>
                <div class="choices wrap" role="group" aria-label="Presets">
                    ${PRESETS.map(
                        ({ title, about, values }) => html`<button type="button" @click=${() => change(values(this.estimated))}>
                            <strong>${title}</strong> <span>${about}</span>
                        </button>`,
                    )}
                </div>
                <div class="fields">
                    ${this.datasetField()} ${this.model()} ${['steps', 'batch_size', 'image_size', 'unet'].map(name => this.field(name))}
                    ${Object.keys(fields()).filter(isOfNetwork).map(name => this.field(name))}
                </div>
                ${means('init_from.model') ? this.startingVersion() : nothing}
            </section>
            <section class="card" aria-label="Details">${this.groups()} ${this.more()}</section>
            <section class="card estimate" aria-label="What it takes">
                ${this.told ? html`<p class="trouble" role="alert">${this.told}</p>` : nothing} ${estimateOf(this.estimated)}
                <div class="wrap">
                    <button class="primary" ?disabled=${this.starting || !this.estimated}>Start training</button>
                </div>
            </section>
        </form>`;
    }

    private field(name: string) {
        return means(name) ? html`<st-field name=${name} named=${NAMES[name] ?? ''} .form=${asForm()}></st-field>` : nothing;
    }

    /** A field with a control of its own. */
    private named(name: string, title: string, control: unknown) {
        const wrong = form.get().wrong[name];
        return html`<div>
            <label class="named">${title} ${control}</label>
            ${wrong ? html`<p class="wrong">${wrong}</p>` : nothing}
        </div>`;
    }

    private datasetField() {
        const chosen = String(form.get().values['dataset'] ?? 'faces');
        const names = [...new Set([...this.datasets.map(({ name }) => name), chosen])];
        const select = html`<select @change=${(event: Event) => change({ dataset: valueIn(event) })}>
            ${options(names, chosen)}
        </select>`;
        return this.named('dataset', 'Data set', select);
    }

    private model() {
        const { values, wrong } = form.get();
        const input = html`<input
                list="models"
                autocomplete="off"
                spellcheck="false"
                placeholder=${String(values['dataset'] ?? 'faces')}
                aria-invalid=${wrong['model'] ? 'true' : 'false'}
                .value=${String(values['model'] ?? '')}
                @change=${(event: Event) => change({ model: valueIn(event).trim() })}
            />
            <datalist id="models">${models.get().models.map(({ name }) => html`<option value=${name}></option>`)}</datalist>`;
        return this.named('model', 'Name of the model', input);
    }

    /** The version to start from, and what is possible only with one. */
    private startingVersion() {
        const { values, wrong } = form.get();
        const model = values['init_from.model'];
        const known = models.get().models.filter(({ kind }) => kind === null || kind === 'diffusion');
        const versions = known.find(({ name }) => name === model)?.versions ?? [];
        const error = Object.entries(wrong).find(([name]) => name.startsWith('init_from'))?.[1];
        const chooser = html`<select
            id="base"
            @change=${(event: Event) => change({ 'init_from.model': valueIn(event), 'init_from.version': null })}
        >
            ${options([['', 'none: random weights'], ...known.map(({ name }) => name)], model ?? '')}
        </select>`;
        const versionChooser = html`<select @change=${(event: Event) => change({ 'init_from.version': Number(valueIn(event)) || null })}>
            ${options([['', 'the one that serves'], ...versions.map(({ version }) => version)], values['init_from.version'] ?? '')}
        </select>`;
        return html`<details ?open=${model !== undefined}>
            <summary>Start from a version (fine-tuning)</summary>
            <div class="fields">
                ${this.named('', 'Model', chooser)} ${model === undefined ? nothing : this.named('', 'Version', versionChooser)}
                ${this.field('consistency')} ${this.field('consistency.stages')}
            </div>
            ${error ? html`<p class="wrong">${error}</p>` : nothing}
        </details>`;
    }

    private groups() {
        const { values, wrong } = form.get();
        return groupsOf(Object.keys(fields())).map(([title, names]) =>
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
            <p class="small muted">For what has no box here, such as {"schedule": {"type": "linear", "beta_end": 0.01}}.</p>
            <textarea
                aria-label="More fields, as JSON"
                spellcheck="false"
                .value=${form.get().more}
                @input=${(event: Event) => form.set({ more: valueIn(event) })}
            ></textarea>
        </details>`;
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
