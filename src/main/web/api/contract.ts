import { Store } from '../state/store';
import { call } from './http';

/** A part of a JSON schema, as far as the page reads it. */
interface Schema {
    $ref?: string;
    type?: string | string[];
    oneOf?: Schema[];
    enum?: unknown[];
    minimum?: number;
    maximum?: number;
    exclusiveMinimum?: number;
    default?: unknown;
    'x-default'?: unknown;
    'x-usual'?: unknown;
    'x-only-with'?: Conditions[];
    'x-kinds'?: string[];
    description?: string;
    properties?: Record<string, Schema>;
}

/** What the other fields of a request have to be, by their names. */
type Conditions = Record<string, Schema>;

interface Document {
    info: { version: string };
    components: { schemas: Record<string, Schema> };
}

/** A field of a request, as the contract describes it. */
export interface Field {
    name: string;
    kind: 'integer' | 'number' | 'flag' | 'text' | 'object';
    /** The values to choose from; empty if there is no list. */
    choices: string[];
    minimum: number | undefined;
    maximum: number | undefined;
    default: unknown;
    description: string;
    /** The fields must fit one of these for this field to mean something; empty if it always does. */
    onlyWith: Conditions[];
    /** The kinds of models that it means something to; empty for all. */
    kinds: string[];
}

/** The fields of POST /generate by name; empty until the contract has come. */
export interface Contract {
    fields: Record<string, Field>;
}

export const contract = new Store<Contract>({ fields: {} });

/** Reads the contract from the service. */
export async function loadContract(): Promise<void> {
    const response = await call('/q/openapi.json', { headers: { Accept: 'application/json' } });
    whole = (await response.json()) as Document;
    contract.set({ fields: fieldsOf('GenerateRequest') });
}

let whole: Document = { info: { version: '' }, components: { schemas: {} } };

/** The fields of a schema of the contract, once that has come. */
export function fieldsOf(schema: string): Record<string, Field> {
    const properties = Object.entries(whole.components.schemas[schema]?.properties ?? {});
    return Object.fromEntries(properties.map(([name, field]) => [name, fieldOf(name, field)]));
}

function fieldOf(name: string, schema: Schema): Field {
    const parts = alternatives(schema);
    const types = parts.flatMap(part => part.type ?? []);
    const of = <K extends keyof Schema>(key: K): Schema[K] => parts.find(part => part[key] !== undefined)?.[key];
    return {
        name,
        kind: types.includes('string')
            ? 'text'
            : types.includes('number')
              ? 'number'
              : types.includes('integer')
                ? 'integer'
                : types.includes('boolean')
                  ? 'flag'
                  : 'object',
        choices: (of('enum') ?? []).filter((choice): choice is string => typeof choice === 'string'),
        minimum: of('minimum'),
        maximum: of('maximum'),
        default: of('default') ?? of('x-default') ?? of('x-usual') ?? null,
        description: schema.description ?? '',
        onlyWith: schema['x-only-with'] ?? [],
        kinds: schema['x-kinds'] ?? [],
    };
}

/** The schema, and those that it refers to or lets a value choose among. */
function alternatives(schema: Schema): Schema[] {
    const name = schema.$ref?.split('/').pop();
    const named = name ? [whole.components.schemas[name] ?? {}] : [];
    return [schema, ...[...named, ...(schema.oneOf ?? [])].flatMap(alternatives)];
}

/**
 * Whether the field means something beside the others, and to a model of that kind; null for one that isn't known. Fields that are
 * left out count with their default.
 */
export function applies(
    field: Field,
    fields: Record<string, Field>,
    values: Record<string, unknown>,
    kind: string | null,
): boolean {
    if (kind && field.kinds.length && !field.kinds.includes(kind)) {
        return false;
    }
    const fits = ([name, schema]: [string, Schema]) => matches(values[name] ?? fields[name]?.default ?? null, schema);
    return field.onlyWith.length === 0 || field.onlyWith.some(all => Object.entries(all).every(fits));
}

/** As JSON Schema has it, with the keywords that the contract's conditions use. */
function matches(value: unknown, schema: Schema): boolean {
    const types = value === null ? ['null'] : Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
    return (
        (schema.type === undefined || [schema.type].flat().some(type => types.includes(type))) &&
        (schema.enum === undefined || schema.enum.includes(value)) &&
        (schema.exclusiveMinimum === undefined || typeof value !== 'number' || value > schema.exclusiveMinimum)
    );
}
