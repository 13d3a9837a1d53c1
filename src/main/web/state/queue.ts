import { dataUrl } from '../api/base64';
import { generate } from '../api/calls';
import { Refusal, Unreachable } from '../api/http';
import type { Fields, GenerateResponse, GenerationPreview, GenerationProgress, Problem } from '../api/types';
import { addImages } from '../gallery/gallery';
import { textOf, worthAsking } from './remote';
import { drawnSeed, settings } from './settings';
import { Store } from './store';

/** A request for images that is not over. */
export interface Request {
    id: number;
    fields: Fields;
    images: number;
    priority: number;
    state: 'waiting' | 'sent' | 'running' | 'paused' | 'failed';
    /** What a person should know about it, such as why it waits. */
    note: string;
    done: number;
    total: number;
    /** Requests that go before it, of all people, and seconds until it is done, as the service says; null while it doesn't. */
    ahead: number | null;
    left: number | null;
    /** The latest preview of each image, as an address; empty before the first one. */
    previews: string[];
}

interface Queue {
    requests: Request[];
}

export const queue = new Store<Queue>({ requests: [] });

/** A browser opens six connections to a host, and others than these are needed. */
const STREAMS = 4;
const PREVIEWS = 12;
const USUAL_STEPS = 20;
const USUAL_PRIORITY = 5;

const aborts = new Map<number, AbortController>();
let last = 0;

/** Asks for images; the promise gives their ids in the gallery, or null if there are none. */
export function ask(fields: Fields): Promise<string[] | null> {
    const id = ++last;
    const request: Request = {
        id,
        fields: { ...fields, seed: fields['seed'] ?? drawnSeed() },
        images: Number(fields['n'] ?? 1),
        priority: Number(fields['priority'] ?? USUAL_PRIORITY),
        state: 'waiting',
        note: '',
        done: 0,
        total: 0,
        ahead: null,
        left: null,
        previews: [],
    };
    queue.set({ requests: [...queue.get().requests, request] });
    return work(id);
}

/** Gives it up. */
export function cancel(id: number): void {
    aborts.get(id)?.abort('cancelled');
    queue.set({ requests: queue.get().requests.filter(request => request.id !== id) });
}

/** Moves a request that has not begun: a higher priority goes first. */
export function prioritize(id: number, by: number): void {
    const request = find(id);
    if (request && request.done === 0) {
        const priority = Math.max(0, Math.min(9, request.priority + by));
        change(id, { priority });
        if (request.state === 'sent' && priority !== request.priority) {
            aborts.get(id)?.abort('again');
        }
    }
}

/** In the order in which they go. */
export function inOrder(): Request[] {
    const begun = (request: Request) => (request.state === 'running' ? 1 : 0);
    return [...queue.get().requests].sort((a, b) => begun(b) - begun(a) || b.priority - a.priority || a.id - b.id);
}

/** How many requests go before it: those that the service knows, and those that this page still holds back. */
export function placeOf(request: Request): number {
    const order = inOrder();
    const known = order.filter(other => other.ahead !== null);
    const held = order.slice(0, order.indexOf(request)).filter(other => other.ahead === null && other.state !== 'failed');
    return held.length + (request.ahead ?? Math.max(-1, ...known.map(other => other.ahead ?? 0)) + 1);
}

/** Seconds until it is done, as far as can be said; null for unknown. */
export function secondsLeft(request: Request): number | null {
    if (request.left !== null) {
        return request.left;
    }
    // as long as what is known takes, and then in turn with what is held back beside it
    const known = inOrder().filter(other => other.left !== null);
    const work = (of: Request) => of.images * Number(of.fields['steps'] ?? USUAL_STEPS);
    const last = known.reduce<Request | null>((a, b) => ((a?.left ?? 0) > (b.left ?? 0) ? a : b), null);
    if (!last || last.left === null) {
        return null;
    }
    const pace = last.left / Math.max(1, known.reduce((sum, of) => sum + work(of) - of.done, 0));
    const order = inOrder();
    const held = order.slice(0, order.indexOf(request) + 1).filter(other => other.left === null && other.state !== 'failed');
    return last.left + pace * held.reduce((sum, of) => sum + work(of), 0);
}

function find(id: number): Request | undefined {
    return queue.get().requests.find(request => request.id === id);
}

function change(id: number, by: Partial<Request>): void {
    const requests = queue.get().requests.map(request => (request.id === id ? { ...request, ...by } : request));
    queue.set({ requests });
}

/** Works on the request until it has images, or fails for good, or is cancelled. */
async function work(id: number): Promise<string[] | null> {
    for (let request = find(id); request; request = find(id)) {
        const abort = new AbortController();
        aborts.set(id, abort);
        try {
            await queue.until(() => mayBeSent(id), abort.signal);
            const answer = await follow(id, abort.signal);
            const ids = await addImages(answer);
            queue.set({ requests: queue.get().requests.filter(other => other.id !== id) });
            return ids;
        } catch (failure) {
            if (!find(id) || (failure !== 'again' && !(await worthAnotherTry(id, failure, abort.signal)))) {
                return null;
            }
        } finally {
            aborts.delete(id);
        }
        change(id, { state: 'waiting', note: '', done: 0, total: 0, ahead: null, left: null });
    }
    return null;
}

/** Whether it is the turn of this request; it has to wait for a free connection. */
function mayBeSent(id: number): boolean {
    const busy = queue.get().requests.filter(request => request.state === 'sent' || request.state === 'running').length;
    const first = inOrder().find(request => request.state === 'waiting');
    return busy < STREAMS && (first?.id === id || !find(id));
}

async function follow(id: number, signal: AbortSignal): Promise<GenerateResponse> {
    const { fields, priority } = find(id)!;
    change(id, { state: 'sent' });
    const every = Math.max(1, Math.round(Number(fields['steps'] ?? USUAL_STEPS) / PREVIEWS));
    for await (const event of generate({ ...fields, priority, preview_every: every }, signal)) {
        if (event.name === 'progress') {
            progressed(id, event.data as GenerationProgress);
        } else if (event.name === 'preview') {
            previewed(id, event.data as GenerationPreview);
        } else if (event.name === 'completed') {
            return event.data as GenerateResponse;
        } else if (event.name === 'error') {
            throw new Refusal(event.data as Problem, null);
        }
    }
    throw new Unreachable();
}

function progressed(id: number, { done, total, ahead, left_ms }: GenerationProgress): void {
    const place = { ahead: ahead ?? null, left: left_ms === undefined ? null : left_ms / 1000 };
    change(id, done === 0 ? place : { ...place, done, total, state: 'running', note: '' });
}

function previewed(id: number, { index, b64 }: GenerationPreview): void {
    const request = find(id);
    if (request) {
        const previews = [...request.previews];
        previews[index - Number(request.fields['first_index'] ?? 0)] = dataUrl(b64);
        change(id, { previews });
    }
}

/** Waits as long as the failure asks for; false if it is for good. */
async function worthAnotherTry(id: number, failure: unknown, signal: AbortSignal): Promise<boolean> {
    try {
        if (await worthAsking(failure, note => change(id, { state: 'paused', note }), signal)) {
            return true;
        }
    } catch {
        return find(id) !== undefined; // moved, or cancelled meanwhile
    }
    if (failure instanceof Refusal) {
        settings.set({ wrong: failure.fields() });
    }
    change(id, { state: 'failed', note: textOf(failure) });
    return false;
}
