import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { models } from '../state/models';
import { change, currentModel, settings } from '../state/settings';
import { Watching } from '../state/store';
import { base } from '../ui/base';

/** With so many labels or fewer, all of them are shown to be chosen by a click. */
const FEW = 16;
const MOST_SHOWN = 50;

/** The box for the label. It completes the names of the model's classes, and takes any words. */
@customElement('st-label-box')
export class LabelBox extends LitElement {
    static override styles = [base, css`
        .box {
            position: relative;
        }
        input {
            min-height: 3rem;
            padding: 0 0.9rem;
            border-radius: var(--round);
            font-size: 1.0625rem;
        }
        ul.list {
            position: absolute;
            z-index: 5;
            inset: calc(100% + 0.35rem) 0 auto;
            max-height: 18rem;
            padding: 0.3rem;
            overflow: auto;
            border: 1px solid var(--line);
            border-radius: var(--round);
            background: var(--raised);
            box-shadow: var(--shadow);
        }
        [role='option'] {
            padding: 0.4rem 0.65rem;
            border-radius: var(--round-small);
            cursor: pointer;
        }
        [role='option'][aria-selected='true'] {
            background: var(--accent-soft);
            color: var(--accent);
        }
        mark {
            background: none;
            color: inherit;
            font-weight: 650;
        }
        .chips {
            margin-top: 0.6rem;
        }
        .chips button {
            min-height: 1.75rem;
            padding: 0 0.65rem;
            border-radius: 1rem;
            font-size: var(--small);
        }
    `];

    @state() private open = false;
    @state() private active = -1;
    @query('input') private input!: HTMLInputElement;
    readonly watching = new Watching(this, settings, models);

    override focus(): void {
        this.input.focus();
        this.input.select();
    }

    private get labels(): string[] {
        return currentModel()?.labels ?? [];
    }

    private get value(): string {
        return String(settings.get().values['label'] ?? '');
    }

    private get found(): string[] {
        const words = this.value.trim().toLowerCase();
        const found = this.labels.filter(label => label.toLowerCase().includes(words));
        const isChosen = found.length === 1 && found[0]?.toLowerCase() === words;
        return isChosen ? [] : found.slice(0, MOST_SHOWN);
    }

    override render() {
        const wrong = settings.get().wrong['label'];
        const found = this.found;
        const open = this.open && found.length > 0;
        return html`
            <div class="box" @focusout=${this.left}>
                <label class="hidden" for="label">Label</label>
                <input
                    id="label"
                    role="combobox"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    aria-autocomplete="list"
                    aria-controls="list"
                    aria-expanded=${open}
                    aria-activedescendant=${open && this.active >= 0 ? `option-${this.active}` : nothing}
                    aria-invalid=${wrong ? 'true' : 'false'}
                    aria-describedby=${wrong ? 'wrong' : nothing}
                    placeholder=${models.get().known && !this.labels.length ? 'This model has no labels' : 'Any label'}
                    ?disabled=${models.get().known && this.labels.length === 0}
                    .value=${this.value}
                    @input=${this.typed}
                    @keydown=${this.pressed}
                    @click=${() => (this.open = true)}
                />
                ${open ? this.list(found) : html`<ul id="list" role="listbox" aria-label="Labels" hidden></ul>`}
            </div>
            ${wrong ? html`<p id="wrong" class="wrong">${wrong}</p>` : nothing}
            ${this.labels.length && this.labels.length <= FEW ? this.chips() : nothing}
        `;
    }

    private list(found: string[]) {
        const option = (label: string, i: number) => html`<li
            id="option-${i}"
            role="option"
            aria-selected=${i === this.active}
            @pointerdown=${(event: Event) => event.preventDefault()}
            @click=${() => this.choose(label)}
        >
            ${this.marked(label)}
        </li>`;
        return html`<ul id="list" class="list" role="listbox" aria-label="Labels">
            ${found.map(option)}
        </ul>`;
    }

    /** The label with what was typed set off. */
    private marked(label: string) {
        const words = this.value.trim();
        const at = label.toLowerCase().indexOf(words.toLowerCase());
        const end = at + words.length;
        return words
            ? html`${label.slice(0, at)}<mark>${label.slice(at, end)}</mark>${label.slice(end)}`
            : html`${label}`;
    }

    private chips() {
        const chip = (label: string) => html`<button
            aria-pressed=${label === this.value}
            @click=${() => change({ label: label === this.value ? null : label })}
        >
            ${label}
        </button>`;
        return html`<div class="chips wrap" role="group" aria-label="Labels of the model">${this.labels.map(chip)}</div>`;
    }

    private typed(): void {
        change({ label: this.input.value });
        this.open = true;
        this.active = -1;
    }

    private left(): void {
        this.open = false;
        this.active = -1;
    }

    private choose(label: string): void {
        change({ label });
        this.left();
    }

    private pressed(event: KeyboardEvent): void {
        const found = this.found;
        const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const chosen = found[this.active];
        if (move && found.length) {
            event.preventDefault();
            this.active = this.open ? (this.active + move + found.length) % found.length : 0;
            this.open = true;
        } else if (event.key === 'Enter' && this.open && chosen !== undefined && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            this.choose(chosen);
        } else if (event.key === 'Escape' && this.open) {
            event.stopPropagation();
            this.left();
        }
    }
}
