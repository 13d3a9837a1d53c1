import { Store } from '../state/store';
import type { Problem } from './types';

/** Whether the service answers, and what it thinks of this browser's key. */
export interface Session {
    reachable: boolean;
    /** Whether a call waits for a key. */
    keyWanted: boolean;
    /** Whether the key that was given last was refused. */
    keyRefused: boolean;
    hasKey: boolean;
}

const KEY = 'stepwise.key';

export const session = new Store<Session>({
    reachable: true,
    keyWanted: false,
    keyRefused: false,
    hasKey: sessionStorage.getItem(KEY) !== null,
});

/** An answer that is an error of the service. */
export class Refusal extends Error {
    constructor(
        readonly problem: Problem,
        /** Seconds until it is worth to ask again; null if the service doesn't say. */
        readonly retryAfter: number | null,
    ) {
        super(problem.detail || problem.title);
    }

    /** What is wrong with each field, by name; with `nested`, by path, such as `gan.updates`. */
    fields(nested = false): Record<string, string> {
        const named = (pointer: string) => (nested ? pointer.slice(1).replaceAll('/', '.') : (pointer.split('/')[1] ?? ''));
        return Object.fromEntries((this.problem.errors ?? []).map(error => [named(error.pointer), error.detail]));
    }
}

/** The service doesn't answer. */
export class Unreachable extends Error {
    constructor() {
        super('The service does not answer.');
    }
}

/** Uses `key` from now on, in this tab only; the empty text for none. */
export function useKey(key: string): void {
    if (key) {
        sessionStorage.setItem(KEY, key);
    } else {
        sessionStorage.removeItem(KEY);
    }
    session.set({ keyWanted: false, keyRefused: false, hasKey: key !== '' });
}

/**
 * Calls the service. When it wants a key, this waits until there is one and calls again.
 *
 * @throws Refusal for an answer that is an error
 * @throws Unreachable when there is no answer
 */
export async function call(path: string, init: RequestInit = {}): Promise<Response> {
    for (;;) {
        const headers = new Headers(init.headers);
        const key = keyOfTab();
        if (key) {
            headers.set('Authorization', `Bearer ${key}`);
        }
        const response = await answer(path, { ...init, headers });
        if (response.ok) {
            return response;
        }
        if (response.status !== 401 || !(await anotherKey(key, init.signal))) {
            throw refusalOf(response.status, response.statusText, response.headers, await response.text());
        }
    }
}

/** What belongs to a call of an operation. */
export interface Asked {
    /** What stands for the names in its path. */
    names?: Record<string, string | number>;
    query?: Record<string, string | number>;
    /** The body, as JSON. */
    json?: unknown;
    /** The media type of the answer. */
    accept?: string;
    headers?: Record<string, string>;
    signal?: AbortSignal;
}

/** Calls an operation, such as `GET /models/{name}`. */
export function operate(operation: string, asked: Asked = {}): Promise<Response> {
    const [method, path] = addressOf(operation, asked);
    const { json, accept, headers, signal } = asked;
    return call(path, {
        method,
        signal: signal ?? null,
        headers: {
            ...(accept ? { Accept: accept } : {}),
            ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
            ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
}

/** Calls an operation, and reads the JSON of its answer. */
export async function read<T>(operation: string, asked: Asked = {}): Promise<T> {
    return (await operate(operation, { accept: 'application/json', ...asked })).json() as Promise<T>;
}

/** The method and the path of an operation, with its query. */
export function addressOf(operation: string, { names = {}, query = {} }: Asked): [string, string] {
    const [method, path] = operation.split(' ') as [string, string];
    const search = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return [method, path.replace(/\{(\w+)}/g, (_, name: string) => encodeURIComponent(names[name] ?? '')) + (search && `?${search}`)];
}

/** The key that calls carry; null for none. */
export function keyOfTab(): string | null {
    return sessionStorage.getItem(KEY);
}

/** Waits until there is another key than the one that was refused; false if nobody gives one. */
export async function anotherKey(refused: string | null, signal?: AbortSignal | null): Promise<boolean> {
    if (refused === keyOfTab()) {
        session.set({ keyWanted: true, keyRefused: refused !== null });
        await session.until(now => !now.keyWanted, signal);
    }
    return refused !== keyOfTab();
}

async function answer(path: string, init: RequestInit): Promise<Response> {
    try {
        const response = await fetch(path, { ...init, credentials: 'omit', cache: 'no-store' });
        session.set({ reachable: true });
        return response;
    } catch (failure) {
        if (init.signal?.aborted) {
            throw failure;
        }
        lost();
        throw new Unreachable();
    }
}

let looking = false;

/** The connection broke: asks for the service until it is there again. */
export function lost(): void {
    session.set({ reachable: false });
    if (!looking) {
        looking = true;
        void lookForService();
    }
}

async function lookForService(): Promise<void> {
    for (let pause = 500; !session.get().reachable; pause = Math.min(pause * 1.5, 5000)) {
        await sleep(pause);
        try {
            const health = await fetch('/q/health/live', { cache: 'no-store' });
            session.set({ reachable: health.ok });
        } catch {
            // not yet
        }
    }
    looking = false;
}

/** Waits; ends early, with the signal's reason, when that aborts. */
export function sleep(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason);
        });
    });
}

/** What an answer says that is an error, whatever its body is. */
export function refusalOf(status: number, title: string, headers: Pick<Headers, 'get'>, body: string): Refusal {
    const fallback: Problem = {
        type: 'about:blank',
        title: title || `Status ${status}`,
        status,
        detail: `The answer has the status ${status}.`,
    };
    const seconds = Number(headers.get('Retry-After') ?? NaN);
    const retryAfter = Number.isFinite(seconds) ? Math.max(1, seconds) : null;
    try {
        return new Refusal({ ...fallback, ...(JSON.parse(body) as Partial<Problem>) }, retryAfter);
    } catch {
        return new Refusal(fallback, retryAfter); // a proxy's own page, for example
    }
}
