import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { deleteVersion, exportVersion, getModelVersion, serveVersion } from '../api/model-calls';
import type { Model, ModelVersion, ModelVersionState } from '../api/types';
import { change } from '../state/settings';
import { go, view } from '../state/view';
import { confirmed } from '../ui/confirm';
import { bytes, count, measure, time } from '../ui/format';
import { iconButton } from '../ui/controls';
import { icons } from '../ui/icons';
import { attempt, notify } from '../ui/notice';
import { page } from '../ui/page';
import { saveFile } from '../ui/save';
import { factsOf } from '../ui/tables';
import './compare-versions';
import './version-picture';

const PAGE = 6;

/** A model and its versions. Sends `changed` when it has changed something. */
@customElement('st-model-card')
export class ModelCard extends LitElement {
    static override styles = [page, css`
        .versions {
            display: grid;
            grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr));
            gap: 1rem;
        }
        .version h3 {
            margin: 0;
            font-size: 1rem;
            font-weight: 600;
        }
        .version {
            align-content: start;
        }
        .version .facts {
            grid-template-columns: 1fr 1fr;
            gap: 0.4rem 0.75rem;
            font-size: var(--small);
        }
        .choose {
            display: flex;
            align-items: center;
            gap: 0.4rem;
            margin-left: auto;
            font-size: var(--small);
            font-weight: 400;
        }
    `];

    @property({ attribute: false }) model!: Model;
    @state() private details = new Map<number, ModelVersion>();
    @state() private most = PAGE;
    @state() private chosen: number[] = [];
    @state() private busy = '';

    override willUpdate(changed: Map<string, Model | undefined>): void {
        if (changed.has('model')) {
            if (changed.get('model')?.name !== this.model.name) {
                this.details = new Map();
                this.chosen = [];
                this.most = PAGE;
            }
            void this.read();
        }
    }

    /** Details of what is shown and has changed. */
    private async read(): Promise<void> {
        const { name } = this.model;
        for (const state of this.shown()) {
            const known = this.details.get(state.version);
            if (known && known.serves === state.serves && known.loaded === state.loaded && known.refused === state.refused) {
                continue;
            }
            try {
                const version = await getModelVersion(name, state.version);
                if (name === this.model.name) {
                    this.details = new Map(this.details).set(state.version, version);
                }
            } catch {
                return; // the next look at all models tries again
            }
        }
    }

    private shown(): ModelVersionState[] {
        return [...this.model.versions].reverse().slice(0, this.most);
    }

    override render() {
        const { name, description, kind, image_size, labels, versions, served, problem } = this.model;
        const pinned = typeof served === 'number';
        const facts: [string, unknown][] = [
            ['Kind', { diffusion: 'diffusion', gan: 'GAN', vae: 'VAE' }[kind ?? 'diffusion'] ?? '–'],
            ['Images', image_size ? `${image_size.width} × ${image_size.height}` : '–'],
            ['Classes', labels.length || 'none'],
            ['Versions', versions.length],
            ['Serves', pinned ? `version ${served}, pinned` : 'always the latest'],
        ];
        return html`
            <section class="card" aria-label="The model">
                <div class="head">
                    <h2 class="large">${name}</h2>
                    ${pinned ? html`<button ?disabled=${this.busy !== ''} @click=${() => this.serve('latest')}>Follow the latest</button>` : nothing}
                    <button @click=${() => this.make(null)}>${icons.wand} Make images</button>
                </div>
                ${description ? html`<p>${description}</p>` : nothing}
                ${problem ? html`<p class="trouble warn">${problem}</p>` : nothing}
                ${factsOf(facts)}
                ${this.busy ? html`<p class="small muted" role="status">${this.busy}</p>` : nothing}
            </section>
            ${this.chosen.length === 2
                ? html`<st-compare-versions
                      .model=${this.model}
                      .versions=${this.chosen.map(number => this.details.get(number))}
                      @close=${() => (this.chosen = [])}
                  ></st-compare-versions>`
                : nothing}
            <ul class="versions" aria-label="Versions of ${name}">
                ${this.shown().map(version => this.version(version))}
            </ul>
            ${versions.length > this.most
                ? html`<button
                      @click=${() => {
                          this.most += PAGE;
                          void this.read();
                      }}
                  >
                      Show earlier versions
                  </button>`
                : nothing}
        `;
    }

    private version(state: ModelVersionState) {
        const details = this.details.get(state.version);
        const busy = this.busy !== '';
        return html`<li class="card version" data-version=${state.version}>
            <h3 class="wrap">
                Version ${state.version} ${this.chips(state, details)}
                <label class="choose">
                    <input
                        type="checkbox"
                        .checked=${this.chosen.includes(state.version)}
                        ?disabled=${state.refused !== null}
                        @change=${() => this.choose(state.version)}
                    />
                    Compare
                </label>
            </h3>
            ${state.refused ? html`<p class="trouble">${state.refused}</p>` : nothing}
            ${details ? html`<st-version-picture .version=${details}></st-version-picture>${this.facts(details)}` : html`<p class="muted small">Loading …</p>`}
            <div class="wrap">
                ${state.serves && this.model.served === state.version
                    ? nothing
                    : html`<button
                          class=${state.serves ? '' : 'primary'}
                          ?disabled=${busy || state.refused !== null}
                          @click=${() => this.serve(state.version)}
                      >
                          ${state.serves ? 'Pin' : this.isOlder(state.version) ? 'Roll back to this' : 'Serve'}
                      </button>`}
                <button @click=${() => this.make(state.version)} ?disabled=${state.refused !== null}>Make images</button>
                ${iconButton(`Export version ${state.version} as ZIP`, icons.download, () => this.export(state.version), { disabled: busy })}
                ${iconButton(`Delete version ${state.version}`, icons.trash, () => this.delete(state.version), {
                    disabled: busy || state.serves,
                    danger: true,
                    tip: state.serves ? 'The version that serves can’t be deleted' : 'Delete',
                })}
            </div>
        </li>`;
    }

    private isOlder(version: number): boolean {
        return this.model.served_version !== null && version < this.model.served_version;
    }

    private chips({ serves, loaded, refused }: ModelVersionState, details: ModelVersion | undefined) {
        const attributes = (details?.manifest?.attributes ?? {}) as Record<string, string>;
        return html`${serves ? html`<span class="chip good">serves</span>` : nothing}
        ${!serves && loaded ? html`<span class="chip">in memory</span>` : nothing}
        ${refused ? html`<span class="chip bad">can't be loaded</span>` : nothing}
        ${attributes['candidate'] ? html`<span class="chip warn">candidate</span>` : nothing}`;
    }

    private facts({ manifest, unet, generator }: ModelVersion) {
        if (!manifest) {
            return nothing;
        }
        const numbers = Object.entries(manifest.metrics as Record<string, number>);
        const facts: [string, unknown][] = [
            ['Made', time(manifest.created)],
            ['Size', bytes(manifest.size)],
            ['Parameters', count((unet ?? generator)?.parameters ?? 0)],
            [
                'Training',
                manifest.run
                    ? html`<button class="link" @click=${() => go('train', manifest.run)}>step ${count(manifest.step ?? 0)} of ${manifest.run}</button>`
                    : 'imported',
            ],
            ...numbers.map(([name, value]): [string, unknown] => [name.replaceAll('_', ' '), measure(value)]),
        ];
        return factsOf(facts);
    }

    private choose(version: number): void {
        this.chosen = this.chosen.includes(version)
            ? this.chosen.filter(other => other !== version)
            : [...this.chosen, version].slice(-2);
    }

    private make(version: number | null): void {
        change({ model: this.model.name, version, label: null });
        go('make');
        view.set({ part: 'settings' });
    }

    private async serve(version: number | 'latest'): Promise<void> {
        const what = version === 'latest' ? 'the latest version' : `version ${version}`;
        await this.work(`Loading ${what} of ${this.model.name} …`, async () => {
            const { served_version } = await serveVersion(this.model.name, version);
            notify(`${this.model.name} serves version ${served_version ?? '–'}${version === 'latest' ? ', and each newer one' : ''}.`, 'good');
        });
    }

    private async export(version: number): Promise<void> {
        await this.work(`Packing version ${version} …`, async () => {
            saveFile(await exportVersion(this.model.name, version), `${this.model.name}-${version}.zip`);
        });
    }

    private async delete(version: number): Promise<void> {
        const text = 'Its weights are gone for good. Images that were made with it can’t be made again.';
        if (await confirmed(`Delete version ${version} of ${this.model.name}?`, text, 'Delete it')) {
            await this.work(`Deleting version ${version} …`, () => deleteVersion(this.model.name, version));
        }
    }

    private async work(text: string, task: () => Promise<void>): Promise<void> {
        this.busy = text;
        await attempt(task);
        this.busy = '';
        this.dispatchEvent(new Event('changed'));
    }
}
