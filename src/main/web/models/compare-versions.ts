import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { dataUrl } from '../api/base64';
import { makeImages } from '../api/model-calls';
import type { Model, ModelVersion } from '../api/types';
import { Pending, textOf } from '../state/remote';
import { drawnSeed } from '../state/settings';
import { iconButton, options, valueIn } from '../ui/controls';
import { measure } from '../ui/format';
import { icons } from '../ui/icons';
import { page } from '../ui/page';
import { tableOf } from '../ui/tables';

const IMAGES = 8;

/** Two versions of a model, by images of the same seeds and by their numbers. */
@customElement('st-compare-versions')
export class CompareVersions extends LitElement {
    static override styles = [page, css`
        .pairs {
            display: grid;
            grid-template-columns: auto repeat(${IMAGES}, minmax(3.5rem, 1fr));
            align-items: center;
            gap: 0.4rem;
        }
        .pairs span {
            padding-right: 0.5rem;
            font-size: var(--small);
            font-weight: 550;
            white-space: nowrap;
        }
        .pairs img,
        .pairs i {
            width: 100%;
            aspect-ratio: 1;
            border-radius: 0.3rem;
            background: var(--sunken);
        }
        .settings {
            align-items: end;
        }
    `];

    @property({ attribute: false }) model!: Model;
    @property({ attribute: false }) versions: (ModelVersion | undefined)[] = [];
    @state() private seed = '0';
    @state() private label = '';
    @state() private images: string[][] = [];
    @state() private trouble = '';
    private readonly pending = new Pending(this);
    private made = '';

    override willUpdate(): void {
        const wanted = JSON.stringify([this.model.name, this.versions.map(version => version?.version), this.seed, this.label]);
        if (wanted !== this.made && this.versions.every(Boolean)) {
            this.made = wanted;
            void this.make();
        }
    }

    private async make(): Promise<void> {
        const signal = this.pending.begin();
        this.images = [];
        this.trouble = '';
        const fields = { model: this.model.name, n: IMAGES, seed: this.seed, ...(this.label ? { label: this.label } : {}) };
        try {
            const answers = await Promise.all(
                this.versions.map(version => makeImages({ ...fields, version: version?.version }, signal)),
            );
            this.images = answers.map(({ images }) => images.map(({ b64 }) => dataUrl(b64)));
        } catch (failure) {
            this.trouble = signal.aborted ? '' : textOf(failure);
        }
    }

    override render() {
        const { labels } = this.model;
        return html`<section class="card" aria-label="Two versions">
            <div class="head">
                <h2 class="large">The same seeds with two versions</h2>
                ${iconButton('End the comparison', icons.close, () => this.dispatchEvent(new Event('close')))}
            </div>
            <div class="settings wrap">
                <label class="named">
                    Seed
                    <input
                        inputmode="numeric"
                        .value=${this.seed}
                        @change=${(event: Event) => (this.seed = valueIn(event).replace(/\D/g, '') || '0')}
                    />
                </label>
                <button @click=${() => (this.seed = drawnSeed())}>${icons.dice} Other seeds</button>
                ${labels.length
                    ? html`<label class="named">
                          Label
                          <select @change=${(event: Event) => (this.label = valueIn(event))}>
                              ${options([['', 'any'], ...labels], this.label)}
                          </select>
                      </label>`
                    : nothing}
            </div>
            ${this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing}
            <div class="scroll" tabindex="0" role="region" aria-label="Images of both versions">
                <div class="pairs">${this.versions.map((version, i) => this.row(version, this.images[i]))}</div>
            </div>
            ${this.numbers()}
        </section>`;
    }

    private row(version: ModelVersion | undefined, images: string[] | undefined) {
        const cells = Array.from({ length: IMAGES }, (_, i) =>
            images?.[i] ? html`<img src=${images[i]} alt="Image ${i} of version ${version?.version}" />` : html`<i></i>`,
        );
        return html`<span>Version ${version?.version}</span>${cells}`;
    }

    private numbers() {
        const metrics = this.versions.map(version => (version?.manifest?.metrics ?? {}) as Record<string, number>);
        const names = [...new Set(metrics.flatMap(Object.keys))];
        return names.length === 0
            ? nothing
            : tableOf(
                  ['Measured', ...this.versions.map(version => `#version ${version?.version}`)],
                  names.map(name => [name.replaceAll('_', ' '), ...metrics.map(each => measure(each[name]))]),
              );
    }
}
