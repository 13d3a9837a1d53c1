import { css, html, LitElement, nothing } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { contract } from '../api/contract';
import { models } from '../state/models';
import { change, currentModel, means, settings } from '../state/settings';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { options, valueIn } from '../ui/controls';
import { icons } from '../ui/icons';
import { copy } from '../ui/save';
import { generate } from './actions';
import './field';
import type { LabelBox } from './label-box';
import './label-box';
import './seed-field';
import './start-picture';

/** Fields for people who know what they do, in the order in which they are shown. */
const FINE = ['eta', 'spacing', 'rho', 'sigma_min', 'sigma_max', 'churn', 's_min', 's_max', 's_noise', 'priority'];

/** All settings of the next request. */
@customElement('st-settings-panel')
export class SettingsPanel extends LitElement {
    static override styles = [base, css`
        :host {
            display: flex;
            flex-direction: column;
            min-height: 100%;
        }
        .groups {
            display: grid;
            gap: 1.25rem;
            padding: 1.25rem;
            flex: 1;
            align-content: start;
        }
        .two {
            display: grid;
            grid-template-columns: 1fr 7rem;
            gap: 0.75rem;
        }
        .fields {
            display: grid;
            gap: 0.6rem;
        }
        label.name {
            display: block;
            margin-bottom: 0.25rem;
        }
        summary {
            display: flex;
            align-items: center;
            gap: 0.4rem;
            min-height: var(--control);
        }
        summary::-webkit-details-marker {
            display: none;
        }
        summary svg {
            transition: rotate var(--quick);
            rotate: -90deg;
        }
        details[open] summary svg {
            rotate: 0deg;
        }
        footer {
            position: sticky;
            bottom: 0;
            display: grid;
            grid-template-columns: 5.5rem 1fr;
            gap: 0.6rem;
            padding: 0.9rem 1.25rem;
            border-top: 1px solid var(--line);
            background: var(--surface);
        }
        footer button {
            min-height: 2.75rem;
            font-size: 1rem;
        }
        .count {
            display: grid;
            grid-template-columns: 1fr auto;
            align-items: center;
            position: relative;
        }
        .count input {
            min-height: 2.75rem;
            padding-right: 2.2rem;
            text-align: right;
        }
        .count span {
            position: absolute;
            right: 0.6rem;
            color: var(--muted);
            pointer-events: none;
        }
        .links {
            display: flex;
            justify-content: space-between;
        }
        .links button {
            font-size: var(--small);
            color: var(--muted);
        }
    `];

    @query('st-label-box') private labelBox!: LabelBox;
    readonly watching = new Watching(this, settings, contract, models);

    override focus(): void {
        this.labelBox.focus();
    }

    override render() {
        const { fields } = contract.get();
        const { values, wrong } = settings.get();
        const field = (name: string) => (means(name) ? html`<st-field name=${name}></st-field>` : nothing);
        return html`
            <div class="groups">
                <st-label-box></st-label-box>
                ${this.model()}
                <st-seed-field></st-seed-field>
                <div class="fields">${['sampler', 'steps', 'guidance'].map(field)}</div>
                ${means('image') ? html`<st-start-picture></st-start-picture>` : nothing}
                <details ?open=${FINE.some(name => values[name] !== undefined)}>
                    <summary>${icons.down} Fine control</summary>
                    <div class="fields">${FINE.map(field)}</div>
                </details>
                <div class="links">
                    <button class="plain" @click=${reset}>${icons.undo} Defaults</button>
                    <button class="plain" @click=${copyLink}>${icons.link} Copy link</button>
                </div>
            </div>
            <footer>
                <div class="count">
                    <label class="hidden" for="n">Images</label>
                    <input
                        id="n"
                        type="number"
                        inputmode="numeric"
                        min=${fields['n']?.minimum ?? 1}
                        .value=${String(values['n'] ?? fields['n']?.default ?? 1)}
                        aria-invalid=${wrong['n'] ? 'true' : 'false'}
                        aria-describedby=${wrong['n'] ? 'n-wrong' : nothing}
                        @change=${(event: Event) => change({ n: Number(valueIn(event)) || null })}
                    />
                    <span aria-hidden="true">×</span>
                </div>
                <button class="primary" id="generate" title="Ctrl Enter" @click=${generate}>Generate</button>
                ${wrong['n'] ? html`<p id="n-wrong" class="wrong">${wrong['n']}</p>` : nothing}
            </footer>
        `;
    }

    private model() {
        const { values, wrong } = settings.get();
        const model = currentModel();
        return html`<div class="two">
                <div>
                    <label class="name" for="model">Model</label>
                    <select id="model" @change=${(event: Event) => change({ model: valueIn(event), version: null, label: null })}>
                        ${options(models.get().models.map(({ name }) => name), model?.name)}
                    </select>
                </div>
                <div>
                    <label class="name" for="version">Version</label>
                    <select id="version" @change=${(event: Event) => change({ version: Number(valueIn(event)) || null })}>
                        ${options([['', model ? `${model.served_version ?? 'none'}, served` : '']], values['version'] ?? '')}
                        ${model?.versions.map(
                            ({ version, refused }) => html`<option
                                value=${version}
                                .selected=${version === values['version']}
                                ?disabled=${refused !== null}
                            >
                                ${version}
                            </option>`,
                        )}
                    </select>
                </div>
            </div>
            ${['model', 'version'].map(name => (wrong[name] ? html`<p class="wrong">${wrong[name]}</p>` : nothing))}`;
    }
}

/** Copies the address that opens the page with these settings. */
function copyLink(): Promise<void> {
    return copy(location.href, 'The address of these settings is copied.', 'The address bar has the settings.');
}

/** Takes all settings back. */
function reset(): void {
    settings.set({ values: {}, seedLocked: false, wrong: {} });
}
