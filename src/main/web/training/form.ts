import { applies, type Field, fieldsOf } from '../api/contract';
import type { Fields, TrainingEstimate, TrainingJob } from '../api/types';
import type { Form } from '../making/field';
import { changed, type Changes, type Filled, isSimple } from '../state/settings';
import { Store } from '../state/store';
import { go } from '../state/view';

/** What the form of a new job holds. A part of an object has a name with a dot, such as `gan.updates`. */
interface Current extends Filled {
    /** Further fields as JSON, for what the form has no box for. */
    more: string;
}

export const form = new Store<Current>({ values: {}, wrong: {}, more: '' });

const PARTS: Record<string, string> = {
    gan: 'GanSpecification',
    vae: 'VaeSpecification',
    early_stop: 'EarlyStop',
    init_from: 'InitFrom',
    consistency: 'ConsistencySpecification',
};
/** What is left out of these is that of the version that the job starts from. */
const OF_THE_VERSION = ['unet', 'image_size', 'timesteps', 'prediction', 'variance'];
/** Consistency tuning compares clean images, which the network has to predict, and has a loss of its own. */
const WITH_CONSISTENCY = ['sample', 'v_prediction'];
const NOT_WITH_CONSISTENCY = ['variance', 'loss_weighting', 'loss'];

let known: Record<string, Field> = {};

/** The fields of a job, once the contract has come; those of its objects under a name with a dot. */
export function fields(): Record<string, Field> {
    if (Object.keys(known).length === 0) {
        known = read();
    }
    const found = { ...known };
    const change = (name: string, by: (field: Field) => Partial<Field>) =>
        found[name] && (found[name] = { ...found[name], ...by(found[name]) });
    const { values } = form.get();
    if (values['init_from.model'] !== undefined) {
        OF_THE_VERSION.forEach(name => change(name, () => ({ default: null })));
    }
    if (values['consistency'] === true) {
        NOT_WITH_CONSISTENCY.forEach(name => delete found[name]);
        change('prediction', ({ choices }) => ({ choices: choices.filter(choice => WITH_CONSISTENCY.includes(choice)) }));
    }
    return found;
}

function read(): Record<string, Field> {
    const found: Record<string, Field> = {};
    for (const [name, field] of Object.entries(fieldsOf('TrainingSpecification'))) {
        const parts = PARTS[name] ? Object.entries(fieldsOf(PARTS[name])) : [];
        parts.forEach(([part, within]) => (found[`${name}.${part}`] = { ...within, kinds: field.kinds }));
        if (parts.length === 0 && field.kind !== 'object') {
            found[name] = field;
        }
        if (name === 'consistency' && parts.length) {
            found[name] = { ...field, kind: 'flag', default: false, onlyWith: [{ 'init_from.model': { type: 'string' } }] };
            parts.forEach(([part]) => (found[`${name}.${part}`]!.onlyWith = [{ consistency: { enum: [true] } }]));
        }
    }
    return found;
}

/** The kind of generator that is chosen. */
export function kind(): string {
    return String(form.get().values['kind'] ?? 'diffusion');
}

/** Whether the field means something to the kind. */
export function means(name: string): boolean {
    const field = fields()[name];
    return field !== undefined && applies(field, fields(), form.get().values, kind());
}

export function change(changes: Changes): void {
    form.set(changed(form.get(), changes));
    if (form.get().values['consistency'] !== undefined && !means('consistency')) {
        form.set(changed(form.get(), { consistency: null, 'consistency.stages': null }));
    }
    const { prediction } = form.get().values;
    if (prediction !== undefined && !fields()['prediction']?.choices.includes(String(prediction))) {
        form.set(changed(form.get(), { prediction: null }));
    }
}

/** The form as its fields see it. */
export function asForm(): Form {
    return { fields: fields(), values: form.get().values, wrong: form.get().wrong, change };
}

/**
 * The specification that the form asks for.
 *
 * @throws SyntaxError when the further fields are no JSON
 */
export function specification(): Fields {
    const { values, more } = form.get();
    const asked: Fields = {};
    for (const [path, value] of Object.entries(values)) {
        const [name, part] = path.split('.') as [string, string | undefined];
        if (!means(path) || (PARTS[path] && value === false)) {
            continue;
        }
        if (PARTS[name]) {
            asked[name] = { ...(asked[name] as object | undefined), ...(part ? { [part]: value } : {}) };
        } else {
            asked[name] = value;
        }
    }
    const further: unknown = JSON.parse(more.trim() || '{}');
    if (typeof further !== 'object' || further === null || Array.isArray(further)) {
        throw new SyntaxError('must be an object, such as {"schedule": {"type": "linear"}}');
    }
    return { ...asked, ...further };
}

/** Fills the form with what a job had, and opens it. */
export function trainLike({ spec }: TrainingJob): void {
    form.set({ values: {} }); // which fields there are depends on them
    const values: Filled['values'] = {};
    const more: Fields = {};
    for (const [name, value] of Object.entries(spec as Fields)) {
        const field = fields()[name];
        if (value === null || JSON.stringify(value) === JSON.stringify(field?.default)) {
            continue;
        }
        if (field && isSimple(value)) {
            values[name] = name === 'seed' ? String(value) : value;
        } else if (PARTS[name] && (name !== 'consistency' || spec.init_from)) {
            Object.entries(value as object).forEach(([part, of]) => isSimple(of) && (values[`${name}.${part}`] = of));
            if (field) {
                values[name] = true;
            }
        } else {
            more[name] = value;
        }
    }
    form.set({ values, wrong: {}, more: Object.keys(more).length ? JSON.stringify(more, null, 2) : '' });
    go('train', 'new');
}

const NIGHT = 8 * 3600;
const NIGHT_IF_UNKNOWN = 20_000;

/** Choices for people in a hurry and for people who can wait. What was chosen beside them stays. */
export const PRESETS: { title: string; about: string; values: (estimate: TrainingEstimate | null) => Changes }[] = [
    {
        title: 'Quick look',
        about: 'a few minutes: does it learn at all?',
        values: () => ({
            steps: 300,
            batch_size: 16,
            ...(kind() === 'diffusion' ? { unet: 'tiny' } : {}),
            checkpoint_every: 100,
            sample_every: 50,
            publish: null,
        }),
    },
    {
        title: 'Usual',
        about: 'the defaults of the service',
        values: () => ({ steps: null, batch_size: null, unet: null, checkpoint_every: null, sample_every: null, publish: null }),
    },
    {
        title: 'Overnight',
        about: 'about eight hours; the best checkpoint is published',
        values: estimate => {
            const batch = Number(form.get().values['batch_size'] ?? 32);
            const rate = estimate?.images_per_s;
            const steps = rate ? Number(((NIGHT * rate) / batch).toPrecision(2)) : NIGHT_IF_UNKNOWN;
            return {
                steps: Math.max(1000, Math.min(10_000_000, steps)),
                ...(kind() === 'diffusion' ? { unet: null } : {}),
                checkpoint_every: null,
                sample_every: null,
                publish: 'best',
            };
        },
    },
];
