import { fromBase64 } from '../api/base64';
import type { Fields, GenerateResponse } from '../api/types';
import { Store } from '../state/store';
import { parametersOf } from './png-text';

/** A picture of the gallery. */
export interface Picture {
    /** The SHA-256 of its file: the same picture, made again, is the same entry. */
    id: string;
    /** When it came, in milliseconds since 1970. */
    made: number;
    png: Blob;
    /** The request that makes it again. */
    parameters: Fields;
    label: string | null;
    model: string;
    version: number;
    seed: string;
    index: number;
    seconds: number | null;
    kept: boolean;
}

interface Gallery {
    /** The newest first. */
    pictures: Picture[];
    /** The ids of the pictures on the stage, in the order of their index. */
    shown: string[];
    /** The ids that were chosen, to be compared, downloaded or deleted. */
    chosen: string[];
    /** Why nothing is stored; empty if it is. */
    trouble: string;
}

export const gallery = new Store<Gallery>({ pictures: [], shown: [], chosen: [], trouble: '' });

/** The newest pictures that nobody keeps go when there are more than this. */
const MOST = 2000;
const TABLE = 'pictures';

let database: Promise<IDBDatabase> | null = null;

function opened(): Promise<IDBDatabase> {
    database ??= new Promise((resolve, reject) => {
        const opening = indexedDB.open('stepwise', 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore(TABLE, { keyPath: 'id' });
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
    });
    return database;
}

/** Works on the stored pictures; the page goes on without storage where a browser has none. */
async function stored<T>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
    try {
        const table = (await opened()).transaction(TABLE, mode).objectStore(TABLE);
        return await new Promise((resolve, reject) => {
            const asked = work(table);
            asked.onsuccess = () => resolve(asked.result);
            asked.onerror = () => reject(asked.error);
        });
    } catch (failure) {
        gallery.set({ trouble: `This browser keeps no pictures: ${failure instanceof Error ? failure.message : failure}` });
        return null;
    }
}

/** Reads the pictures of earlier visits. */
export async function openGallery(): Promise<void> {
    const pictures = (await stored<Picture[]>('readonly', table => table.getAll())) ?? [];
    gallery.set({ pictures: newestFirst([...gallery.get().pictures, ...pictures]) });
}

function newestFirst(pictures: Picture[]): Picture[] {
    return pictures.sort((a, b) => b.made - a.made || a.index - b.index);
}

/** Adds what the service made, and returns the ids. */
export async function addImages(answer: GenerateResponse): Promise<string[]> {
    const seconds = (answer.timings.queue_ms + answer.timings.compute_ms) / 1000;
    const made = Date.now();
    const pictures = answer.images.map(image => {
        const bytes = fromBase64(image.b64);
        return {
            id: image.sha256,
            made,
            png: new Blob([bytes], { type: 'image/png' }),
            parameters: parametersOf(bytes) ?? {},
            label: image.label,
            model: answer.model,
            version: answer.version,
            seed: String(image.seed),
            index: image.index,
            seconds,
            kept: false,
        };
    });
    await add(pictures);
    return pictures.map(picture => picture.id);
}

/** Adds a file that this service made once; null if it doesn't say how it was made. */
export async function addFile(file: Blob): Promise<Picture | null> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const parameters = parametersOf(bytes);
    if (!parameters || parameters['seed'] === undefined) {
        return null;
    }
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const picture: Picture = {
        id: [...digest].map(byte => byte.toString(16).padStart(2, '0')).join(''),
        made: Date.now(),
        png: new Blob([bytes], { type: 'image/png' }),
        parameters,
        label: parameters['label'] === undefined ? null : String(parameters['label']),
        model: String(parameters['model'] ?? ''),
        version: Number(parameters['version'] ?? 0),
        seed: String(parameters['seed']),
        index: Number(parameters['index'] ?? 0),
        seconds: null,
        kept: false,
    };
    await add([picture]);
    return picture;
}

/** Adds pictures, or puts them back that were removed. */
export async function add(added: Picture[]): Promise<void> {
    const ids = new Set(added.map(picture => picture.id));
    const known = gallery.get().pictures;
    const kept = new Set(known.filter(picture => picture.kept).map(picture => picture.id));
    added.forEach(picture => (picture.kept ||= kept.has(picture.id)));
    gallery.set({ pictures: newestFirst([...added, ...known.filter(picture => !ids.has(picture.id))]) });
    for (const picture of added) {
        await stored('readwrite', table => table.put(picture));
    }
    const surplus = gallery.get().pictures.filter(picture => !picture.kept).slice(MOST);
    await remove(surplus.map(picture => picture.id));
}

/** Removes pictures for good. */
export async function remove(ids: string[]): Promise<void> {
    const gone = new Set(ids);
    const { pictures, shown, chosen } = gallery.get();
    gallery.set({
        pictures: pictures.filter(picture => !gone.has(picture.id)),
        shown: shown.filter(id => !gone.has(id)),
        chosen: chosen.filter(id => !gone.has(id)),
    });
    for (const id of ids) {
        urls.get(id) && URL.revokeObjectURL(urls.get(id)!);
        urls.delete(id);
        await stored('readwrite', table => table.delete(id));
    }
}

/** Marks a picture as one to keep, or not. */
export async function keep(id: string, kept: boolean): Promise<void> {
    const pictures = gallery.get().pictures.map(picture => (picture.id === id ? { ...picture, kept } : picture));
    gallery.set({ pictures });
    const picture = find(id);
    if (picture) {
        await stored('readwrite', table => table.put(picture));
    }
}

export function find(id: string | undefined): Picture | undefined {
    return gallery.get().pictures.find(picture => picture.id === id);
}

/** Puts pictures on the stage. */
export function show(ids: string[]): void {
    gallery.set({ shown: ids });
}

/** Chooses a picture, or no longer. */
export function choose(id: string): void {
    const { chosen } = gallery.get();
    gallery.set({ chosen: chosen.includes(id) ? chosen.filter(other => other !== id) : [...chosen, id] });
}

const urls = new Map<string, string>();

/** Where the browser finds the picture, as long as it is in the gallery. */
export function urlOf(picture: Picture): string {
    let url = urls.get(picture.id);
    if (!url) {
        url = URL.createObjectURL(picture.png);
        urls.set(picture.id, url);
    }
    return url;
}

/** A name for its file. */
export function fileName(picture: Picture): string {
    const label = picture.label?.replace(/[^\p{L}\p{N}]+/gu, '-') ?? 'image';
    return `${picture.model || 'stepwise'}-${label}-${picture.seed}-${picture.index}.png`;
}
