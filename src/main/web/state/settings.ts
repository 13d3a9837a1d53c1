import { applies, contract } from '../api/contract';
import type { Fields, Model } from '../api/types';
import { models } from './models';
import { Store } from './store';

/** The fields that the panel holds, by name; a field that is left out has its default. */
export type Settings = Record<string, string | number | boolean>;

/** What a form holds. */
export interface Filled {
    values: Settings;
    /** What the service said is wrong, by field. */
    wrong: Record<string, string>;
}

interface Current extends Filled {
    /** Whether the next images use the seed that is in the field. */
    seedLocked: boolean;
}

const KEPT = 'stepwise.settings';
/** Pictures are too large for an address, and for what a browser keeps of settings. */
const PICTURES = ['image', 'mask'];

export const settings = new Store<Current>({ values: {}, seedLocked: false, wrong: {} });

/** New values of fields; null for one that is left out. */
export type Changes = Record<string, Settings[string] | null>;

/** Sets fields. */
export function change(changes: Changes): void {
    settings.set(changed(settings.get(), changes));
}

/** What a form holds after changes; what was wrong with these fields is forgotten. */
export function changed(form: Filled, changes: Changes): Filled {
    const values = { ...form.values };
    const wrong = { ...form.wrong };
    for (const [name, value] of Object.entries(changes)) {
        delete wrong[name];
        if (value === null || value === '') {
            delete values[name];
        } else {
            values[name] = value;
        }
    }
    return { values, wrong };
}

/** Whether it is a value that a box can hold. */
export function isSimple(value: unknown): value is Settings[string] {
    return ['string', 'number', 'boolean'].includes(typeof value);
}

/** The model that the settings name, or the one that answers when none is named. */
export function currentModel(): Model | undefined {
    const named = settings.get().values['model'];
    return models.get().models.find(model => (named === undefined ? model.default : model.name === named));
}

/** Whether a field means something to the model, beside the other settings. */
export function means(name: string): boolean {
    const { fields } = contract.get();
    const field = fields[name];
    return field !== undefined && applies(field, fields, settings.get().values, currentModel()?.kind ?? null);
}

/** What the settings ask for: the fields that differ from their default and mean something. */
export function request(): Fields {
    const { values } = settings.get();
    const { fields } = contract.get();
    const asked: Fields = {};
    for (const field of Object.values(fields)) {
        const value = values[field.name];
        if (value !== undefined && value !== field.default && means(field.name)) {
            asked[field.name] = value;
        }
    }
    return asked;
}

/** Replaces all settings by those of a request, for example an image's. A seed among them is locked. */
export function adopt(fields: Fields): void {
    const known = contract.get().fields;
    const values: Settings = {};
    for (const [name, value] of Object.entries(fields)) {
        if (known[name] && isSimple(value)) {
            values[name] = name === 'seed' ? String(value) : value;
        }
    }
    settings.set({ values, seedLocked: 'seed' in values, wrong: {} });
}

/** A seed that JavaScript's numbers hold exactly. */
export function drawnSeed(): string {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    return String(((high ?? 0) & 0x1fffff) * 2 ** 32 + (low ?? 0));
}

/** Starts with the settings of the address, or else with those of the last visit, and keeps both up to date. */
export function keepSettings(): void {
    const fromAddress = readFragment();
    if (fromAddress) {
        adopt(fromAddress);
    } else {
        const kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Pick<Current, 'values' | 'seedLocked'> | null;
        if (kept) {
            settings.set(kept);
        }
    }
    settings.watch(remember);
    addEventListener('hashchange', () => {
        const fields = readFragment();
        if (fields) {
            adopt(fields);
        }
    });
}

function remember({ values, seedLocked }: Current): void {
    const small = Object.fromEntries(Object.entries(values).filter(([name]) => !PICTURES.includes(name)));
    localStorage.setItem(KEPT, JSON.stringify({ values: small, seedLocked }));
    const shared = Object.fromEntries(Object.entries(small).map(([name, value]) => [name, String(value)]));
    if (!seedLocked) {
        delete shared['seed'];
    }
    const fragment = new URLSearchParams(shared).toString();
    history.replaceState(history.state, '', location.pathname + location.search + (fragment ? `#${fragment}` : ''));
}

/** The settings in the address; null if it has none. */
function readFragment(): Fields | null {
    const known = contract.get().fields;
    const found: Fields = {};
    for (const [name, text] of new URLSearchParams(location.hash.slice(1))) {
        const field = known[name];
        if (field && !PICTURES.includes(name)) {
            found[name] = field.kind === 'text' ? text : field.kind === 'flag' ? text === 'true' : Number(text);
        }
        if (Number.isNaN(found[name])) {
            delete found[name];
        }
    }
    return Object.keys(found).length ? found : null;
}
