import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { contract, type Field as ContractField } from '../api/contract';
import { change, type Changes, type Filled, settings } from '../state/settings';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { options, slider, valueIn } from '../ui/controls';
import { icons } from '../ui/icons';

/** What people call the fields. */
const NAMES: Record<string, string> = {
    add_noise: 'Add noise to it',
    churn: 'Churn',
    eta: 'Fresh noise (η)',
    n: 'Images',
    priority: 'Priority',
    resample: 'Resample',
    rho: 'Rho (ρ)',
    s_max: 'Churn up to σ',
    s_min: 'Churn from σ',
    s_noise: 'Size of fresh noise',
    sigma_max: 'First σ',
    sigma_min: 'Last σ',
};

/** How far sliders reach where the contract allows more than anybody draws by hand, and how finely they move. */
const SLIDERS: Record<string, { maximum?: number; step: number }> = {
    eta: { step: 0.05 },
    guidance: { maximum: 10, step: 0.1 },
    priority: { step: 1 },
    resample: { step: 1 },
    steps: { maximum: 100, step: 1 },
    strength: { step: 0.01 },
};

/** A form that fields belong to: what the contract says, what is chosen, what is wrong, and how that changes. */
export interface Form extends Filled {
    fields: Record<string, ContractField>;
    change: (changes: Changes) => void;
}

/** A field of a form, drawn as the contract describes it. */
@customElement('st-field')
export class Field extends LitElement {
    static override styles = [base, css`
        :host {
            display: block;
        }
        .head {
            display: flex;
            align-items: center;
            justify-content: space-between;
            min-height: 1.75rem;
        }
        .head .icon {
            width: 1.5rem;
            min-height: 1.5rem;
            color: var(--muted);
        }
        .head svg {
            width: 0.95rem;
        }
        .slider {
            display: grid;
            grid-template-columns: 1fr 4.75rem;
            align-items: center;
            gap: 0.75rem;
        }
        .about {
            margin: 0.15rem 0 0.5rem;
            font-size: var(--small);
            color: var(--muted);
        }
        input[type='number'] {
            text-align: right;
            font-variant-numeric: tabular-nums;
            appearance: textfield;
        }
        input[type='number']::-webkit-inner-spin-button {
            appearance: none;
        }
    `];

    @property() name = '';
    /** What stands in an empty box, if not the default. */
    @property() empty = '';
    /** Null for the form of a request for images. */
    @property({ attribute: false }) form: Form | null = null;
    /** What people call it, if not as the contract does. */
    @property() named = '';
    @state() private explained = false;
    readonly watching = new Watching(this, settings, contract);

    private get current(): Form {
        return this.form ?? { ...contract.get(), ...settings.get(), change };
    }

    override render() {
        const field = this.current.fields[this.name];
        if (!field) {
            return nothing;
        }
        const wrong = this.current.wrong[this.name];
        const named = this.named || NAMES[this.name] || inWords(this.name);
        return html`
            <div class="head">
                <label for="input">${named}</label>
                <button class="icon" aria-label="About ${named}" aria-expanded=${this.explained} @click=${() => (this.explained = !this.explained)}>
                    ${icons.help}
                </button>
            </div>
            ${this.explained ? html`<p class="about">${field.description}</p>` : nothing} ${this.control(field, wrong)}
            ${wrong ? html`<p id="wrong" class="wrong">${wrong}</p>` : nothing}
        `;
    }

    private control(field: ContractField, wrong: string | undefined) {
        const value = this.current.values[this.name];
        if (field.choices.length) {
            return html`<select id="input" @change=${this.changed}>
                ${options(field.default === null ? [['', 'Usual'], ...field.choices] : field.choices, value ?? field.default ?? '')}
            </select>`;
        }
        if (field.kind === 'flag') {
            return html`<input
                id="input"
                type="checkbox"
                .checked=${(value ?? isOn(field.default)) === true}
                @change=${(event: Event) => this.current.change({ [this.name]: (event.target as HTMLInputElement).checked })}
            />`;
        }
        const slider = this.form ? undefined : SLIDERS[this.name];
        return slider ? html`<div class="slider">${this.slider(field, slider)}${this.box(field, wrong)}</div>` : this.box(field, wrong);
    }

    private slider(field: ContractField, { maximum, step }: { maximum?: number; step: number }) {
        const min = field.minimum ?? 0;
        return slider({
            label: `${NAMES[this.name] ?? this.name}, slider`,
            min,
            max: maximum ?? field.maximum ?? 1,
            step,
            value: Number(this.current.values[this.name] ?? field.default ?? (this.empty || min)),
            changed: value => this.give(value),
        });
    }

    private box(field: ContractField, wrong: string | undefined) {
        const value = this.current.values[this.name];
        return html`<input
            id="input"
            type=${field.kind === 'text' ? 'text' : 'number'}
            inputmode=${field.kind === 'text' ? nothing : field.kind === 'integer' ? 'numeric' : 'decimal'}
            min=${field.minimum ?? nothing}
            max=${field.maximum ?? nothing}
            step=${field.kind === 'integer' ? 1 : 'any'}
            placeholder=${this.empty || (field.default ?? 'usual')}
            aria-invalid=${wrong ? 'true' : 'false'}
            aria-describedby=${wrong ? 'wrong' : nothing}
            .value=${value === undefined ? String(field.default ?? '') : String(value)}
            @change=${this.changed}
        />`;
    }

    private changed(event: Event): void {
        const text = valueIn(event);
        this.give(this.current.fields[this.name]?.kind === 'text' || text === '' ? text : Number(text));
    }

    private give(value: string | number): void {
        this.current.change({ [this.name]: value === this.current.fields[this.name]?.default ? null : value });
    }
}

/** A default that isn't said is on, and so is one that is an object of details. */
function isOn(usual: unknown): boolean {
    return usual !== false;
}

/** Such as "Learning rate" for learning_rate. */
function inWords(name: string): string {
    const words = name.split('.').pop()!.replaceAll('_', ' ');
    return words.charAt(0).toUpperCase() + words.slice(1);
}
