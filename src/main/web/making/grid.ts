import { deleteGeneration, generateLater, generationImages, generationStatus } from '../api/calls';
import { contract } from '../api/contract';
import { Refusal, sleep } from '../api/http';
import type { Fields } from '../api/types';
import { addImages } from '../gallery/gallery';
import { textOf as wordsOf, worthAsking } from '../state/remote';
import { currentModel, drawnSeed } from '../state/settings';
import { Store } from '../state/store';

/** A cell of the grid: one request. */
export interface Cell {
    state: 'waiting' | 'sent' | 'done' | 'failed';
    /** Of the picture in the gallery, when it is done. */
    id: string;
    note: string;
}

interface Grid {
    x: string;
    y: string;
    /** What the two fields are, by name; text that people write, with commas. */
    texts: Record<string, string>;
    columns: string[];
    rows: string[];
    cells: Cell[];
    running: boolean;
}

export const grid = new Store<Grid>({ x: 'steps', y: 'sampler', texts: {}, columns: [], rows: [], cells: [], running: false });

/** The fields that a grid can vary. */
export const VARIED = ['label', 'version', 'seed', 'sampler', 'steps', 'guidance', 'eta', 'spacing', 'rho', 'churn', 'strength'];

export const MOST_CELLS = 100;

/** Values to begin with, where the contract has no list of them. */
const USUAL: Record<string, string> = {
    steps: '5, 10, 20, 50',
    guidance: '1, 2, 4',
    eta: '0, 0.5, 1',
    rho: '3, 7, 15',
    churn: '0, 10, 40',
    strength: '0.3, 0.5, 0.7',
};

/** What the field's values are, as text: what somebody wrote, or what there is to choose from. */
export function textOf(name: string): string {
    const written = grid.get().texts[name];
    if (written !== undefined) {
        return written;
    }
    const model = currentModel();
    const lists: Record<string, unknown[] | undefined> = {
        label: model?.labels.slice(0, 8),
        version: model?.versions.filter(each => each.refused === null).map(each => each.version),
        seed: [1, 2, 3, 4],
    };
    const choices = contract.get().fields[name]?.choices ?? [];
    return lists[name]?.join(', ') ?? (choices.length ? choices.join(', ') : (USUAL[name] ?? ''));
}

export function valuesOf(name: string): string[] {
    const values = textOf(name)
        .split(',')
        .map(value => value.trim());
    return [...new Set(values.filter(value => value !== ''))];
}

let abort = new AbortController();

/** Gives up what isn't done. */
export function stopGrid(): void {
    abort.abort('cancelled');
    grid.set({ running: false });
}

/** Makes all images: the base with another value of both fields in each cell. */
export async function makeGrid(base: Fields): Promise<void> {
    abort.abort('cancelled');
    abort = new AbortController();
    const { signal } = abort;
    const { x, y } = grid.get();
    const columns = valuesOf(x);
    const rows = valuesOf(y);
    const cells = rows.flatMap(() => columns.map((): Cell => ({ state: 'waiting', id: '', note: '' })));
    grid.set({ columns, rows, cells, running: true });
    const seed = base['seed'] ?? drawnSeed(); // the same for all, so that only the two fields differ
    await Promise.all(
        rows.flatMap((row, j) =>
            columns.map((column, i) => {
                const fields = { ...base, seed, n: 1, [x]: typed(x, column), [y]: typed(y, row) };
                return make(fields, j * columns.length + i, signal);
            }),
        ),
    );
    if (!signal.aborted) {
        grid.set({ running: false });
    }
}

function typed(name: string, text: string): unknown {
    return contract.get().fields[name]?.kind === 'text' || Number.isNaN(Number(text)) ? text : Number(text);
}

function change(at: number, by: Partial<Cell>, signal: AbortSignal): void {
    if (!signal.aborted) {
        grid.set({ cells: grid.get().cells.map((cell, i) => (i === at ? { ...cell, ...by } : cell)) });
    }
}

async function make(fields: Fields, at: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
        try {
            const { id } = await generateLater(fields, signal);
            change(at, { state: 'sent', note: '' }, signal);
            signal.addEventListener('abort', () => void deleteGeneration(id).catch(() => undefined), { once: true });
            const [picture] = await addImages(await images(id, signal));
            return change(at, { state: 'done', id: picture ?? '', note: '' }, signal);
        } catch (failure) {
            if (!(await mayComeAgain(failure, note => change(at, { state: 'waiting', note }, signal), signal))) {
                return change(at, { state: 'failed', note: wordsOf(failure) }, signal);
            }
        }
    }
}

/** Waits as long as the failure asks for; a service that began anew doesn't know its generations. False if it is for good. */
async function mayComeAgain(failure: unknown, tell: (note: string) => void, signal: AbortSignal): Promise<boolean> {
    try {
        signal.throwIfAborted();
        if (failure instanceof Refusal && failure.problem.status === 404) {
            await sleep(1000, signal);
            return true;
        }
        return await worthAsking(failure, tell, signal);
    } catch {
        return false; // it was stopped
    }
}

async function images(id: string, signal: AbortSignal) {
    for (let pause = 150; ; pause = Math.min(pause * 1.3, 1500)) {
        const { state, error } = await generationStatus(id, signal);
        if (state === 'succeeded') {
            return generationImages(id, signal);
        }
        if (state === 'failed' && error) {
            throw new Refusal(error, null);
        }
        if (state === 'cancelled') {
            throw new Error('It was cancelled.');
        }
        await sleep(pause, signal);
    }
}
