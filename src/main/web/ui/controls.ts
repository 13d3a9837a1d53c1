import { html, nothing } from 'lit';

/** What somebody typed or chose. */
export function valueIn(event: Event): string {
    return (event.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value;
}

interface Look {
    /** The keys that do the same. */
    keys?: string;
    pressed?: boolean;
    disabled?: boolean;
    danger?: boolean;
    /** What the tip says, if not what the button does. */
    tip?: string;
}

/** A button with a drawing. Screen readers and a tip beside the pointer say what it does. */
export function iconButton(does: string, icon: unknown, click: (event: Event) => unknown, look: Look = {}) {
    return html`<button
        type="button"
        class="icon ${look.danger ? 'danger' : ''}"
        aria-label=${does}
        title=${look.tip ?? (look.keys ? `${does} (${look.keys})` : does)}
        aria-pressed=${look.pressed ?? nothing}
        ?disabled=${look.disabled ?? false}
        @click=${click}
    >
        ${icon}
    </button>`;
}

interface Range {
    /** For the label that names it; else `label`. */
    id?: string;
    label?: string;
    min?: number;
    max: number;
    step?: number;
    value: number;
    changed: (value: number) => unknown;
}

/** A slider that is filled up to its value. */
export function slider({ id, label, min = 0, max, step = 1, value, changed }: Range) {
    const share = Math.max(0, Math.min(1, (value - min) / (max - min)));
    return html`<input
        id=${id ?? nothing}
        type="range"
        aria-label=${label ?? nothing}
        min=${min}
        max=${max}
        step=${step}
        .value=${String(value)}
        .style=${`--share: ${100 * share}%`}
        @input=${(event: Event) => changed(Number(valueIn(event)))}
    />`;
}

/** Choices of a select: values, or values and what they are called. */
export function options(choices: (string | number | [string | number, unknown])[], chosen: unknown) {
    return choices
        .map(choice => (Array.isArray(choice) ? choice : [choice, choice]))
        .map(([value, title]) => html`<option value=${value} .selected=${value === chosen}>${title}</option>`);
}

/** How much is done, 0 … 1. */
export function progressBar(about: string, share: number) {
    const percent = Math.round(100 * share);
    return html`<div class="bar" role="progressbar" aria-label=${about} aria-valuenow=${percent} .style=${`--share: ${100 * share}%`}></div>`;
}
