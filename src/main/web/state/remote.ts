import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { Refusal, session, sleep, Unreachable } from '../api/http';
import { Store } from './store';

/** What was asked of the service, as far as it has come. */
export interface Remote<T> {
    /** What came last; null before the first time. */
    value: T | null;
    /** Why there is nothing newer, for people; empty if all is well. */
    trouble: string;
    /** Whether the page asks again by itself. */
    waits: boolean;
}

export function remote<T>(): Store<Remote<T>> {
    return new Store<Remote<T>>({ value: null, trouble: '', waits: false });
}

/**
 * Asks until there is an answer: as soon as the service is back, and as late as it says when there are too many requests. A refusal
 * that will not get better ends it.
 *
 * @throws the signal's reason when that aborts
 */
export async function fetchInto<T>(store: Store<Remote<T>>, task: () => Promise<T>, signal: AbortSignal): Promise<void> {
    for (;;) {
        try {
            const value = await task();
            signal.throwIfAborted();
            store.set({ value, trouble: '', waits: false });
            return;
        } catch (failure) {
            signal.throwIfAborted();
            if (!(await worthAsking(failure, text => store.set({ trouble: text, waits: true }), signal))) {
                store.set({ trouble: textOf(failure), waits: false });
                return;
            }
        }
    }
}

/**
 * Waits as long as the failure asks for; false if it is for good.
 *
 * @param tell hears why, for people
 * @throws the signal's reason when that aborts
 */
export async function worthAsking(failure: unknown, tell: (text: string) => void, signal: AbortSignal): Promise<boolean> {
    if (failure instanceof Unreachable) {
        tell('The service does not answer. This goes on when it is back.');
        await session.until(now => now.reachable, signal);
        return true;
    }
    if (failure instanceof Refusal && [429, 503].includes(failure.problem.status)) {
        for (let seconds = failure.retryAfter ?? 2; seconds > 0; seconds--) {
            tell(`${failure.problem.title}. Asks again in ${seconds} s.`);
            await sleep(1000, signal);
        }
        return true;
    }
    return false;
}

/** Whether asking again can't help: the key may not do that, or there is no such thing. */
export function isForGood(failure: unknown): boolean {
    return failure instanceof Refusal && [403, 404].includes(failure.problem.status);
}

/** Waits before a stream is opened again that broke. */
export async function beforeNextTry(failure: unknown, signal: AbortSignal): Promise<void> {
    await sleep(1000 * ((failure instanceof Refusal && failure.retryAfter) || 1), signal);
    await session.until(now => now.reachable, signal);
}

/** What a person should know about a failure. */
export function textOf(failure: unknown): string {
    if (failure instanceof Refusal && failure.problem.status === 403) {
        return `This key may not do that. ${failure.message}`;
    }
    return failure instanceof Error ? failure.message : String(failure);
}

/** Asks again and again, until the signal aborts. */
export async function keepFetching<T>(
    store: Store<Remote<T>>,
    task: () => Promise<T>,
    every: number,
    signal: AbortSignal,
): Promise<void> {
    try {
        for (;;) {
            await fetchInto(store, task, signal);
            await sleep(every, signal);
        }
    } catch (failure) {
        if (!signal.aborted) {
            throw failure;
        }
    }
}

/** What a component waits for: it ends when something else begins, and when the component leaves the page. */
export class Pending implements ReactiveController {
    private abort = new AbortController();

    constructor(host: ReactiveControllerHost) {
        host.addController(this);
    }

    /** Aborts at the end of what was begun last. */
    get signal(): AbortSignal {
        return this.abort.signal;
    }

    /** Ends what was begun before. */
    begin(): AbortSignal {
        this.abort.abort();
        this.abort = new AbortController();
        return this.signal;
    }

    hostDisconnected(): void {
        this.abort.abort();
    }
}

/** Asks again and again while its component is on the page. */
export class Polling<T> implements ReactiveController {
    readonly store = remote<T>();
    private readonly pending: Pending;

    constructor(
        host: ReactiveControllerHost,
        private readonly task: () => Promise<T>,
        private readonly every: number,
    ) {
        this.pending = new Pending(host);
        host.addController(this);
    }

    /** Aborts when the component leaves the page. */
    get signal(): AbortSignal {
        return this.pending.signal;
    }

    hostConnected(): void {
        void keepFetching(this.store, this.task, this.every, this.pending.begin());
    }

    /** Asks at once; keeps what it has when that fails. */
    readonly again = async () => {
        this.store.set({ value: await this.task().catch(() => this.store.get().value) });
    };
}
