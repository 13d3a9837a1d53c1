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
    kind: 'integer' | 'number' | 'flag' | 'text';
    /** The values to choose from; empty if there is no list. */
    choices: string[];
    minimum: number | undefined;
    maximum: number | undefined;
    default: unknown;
    description: string;
    /** The fields must fit one of these for this field to mean something; empty if it always does. */
    onlyWith: Conditions[];
}

/** The fields of POST /generate by name; empty until the contract has come. */
export interface Contract {
    fields: Record<string, Field>;
}

export const contract = new Store<Contract>({ fields: {} });

/** Reads the contract from the service. */
export async function loadContract(): Promise<void> {
    const response = await call('/q/openapi.json', { headers: { Accept: 'application/json' } });
    const document = (await response.json()) as Document;
    contract.set({ fields: fieldsOf(document, 'GenerateRequest') });
}

function fieldsOf(document: Document, schema: string): Record<string, Field> {
    const properties = Object.entries(document.components.schemas[schema]?.properties ?? {});
    return Object.fromEntries(properties.map(([name, field]) => [name, fieldOf(document, name, field)]));
}

function fieldOf(document: Document, name: string, schema: Schema): Field {
    const parts = alternatives(document, schema);
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
                : 'flag',
        choices: (of('enum') ?? []).filter((choice): choice is string => typeof choice === 'string'),
        minimum: of('minimum'),
        maximum: of('maximum'),
        default: of('default') ?? of('x-default') ?? of('x-usual') ?? null,
        description: schema.description ?? '',
        onlyWith: schema['x-only-with'] ?? [],
    };
}

/** The schema, and those that it refers to or lets a value choose among. */
function alternatives(document: Document, schema: Schema): Schema[] {
    const name = schema.$ref?.split('/').pop();
    const named = name ? [document.components.schemas[name] ?? {}] : [];
    return [schema, ...[...named, ...(schema.oneOf ?? [])].flatMap(part => alternatives(document, part))];
}

/** Whether the field means something beside the others. Fields that are left out count with their default. */
export function applies(field: Field, fields: Record<string, Field>, values: Record<string, unknown>): boolean {
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
