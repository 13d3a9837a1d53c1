import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Values that components watch. A change is a new object; nothing in it is changed in place. */
export class Store<T extends object> {
    private readonly watchers = new Set<(now: T) => void>();

    constructor(private value: T) {}

    get(): T {
        return this.value;
    }

    set(change: Partial<T>): void {
        const keys = Object.keys(change) as (keyof T)[];
        if (keys.some(key => !Object.is(change[key], this.value[key]))) {
            this.value = { ...this.value, ...change };
            [...this.watchers].forEach(watcher => watcher(this.value));
        }
    }

    /** Calls `watcher` after each change; returns what ends that. */
    watch(watcher: (now: T) => void): () => void {
        this.watchers.add(watcher);
        return () => this.watchers.delete(watcher);
    }

    /** Waits until `holds`; throws the signal's reason when that aborts. */
    until(holds: (now: T) => boolean, signal?: AbortSignal | null): Promise<void> {
        return new Promise((resolve, reject) => {
            signal?.throwIfAborted();
            if (holds(this.value)) {
                return resolve();
            }
            const end = this.watch(now => {
                if (holds(now)) {
                    end();
                    resolve();
                }
            });
            signal?.addEventListener('abort', () => {
                end();
                reject(signal.reason);
            });
        });
    }
}

/** Renders its component again whenever one of the stores changes. */
export class Watching implements ReactiveController {
    private ends: (() => void)[] = [];
    private readonly stores: Store<any>[];

    constructor(
        private readonly host: ReactiveControllerHost,
        ...stores: Store<any>[]
    ) {
        this.stores = stores;
        host.addController(this);
    }

    hostConnected(): void {
        this.ends = this.stores.map(store => store.watch(() => this.host.requestUpdate()));
        this.host.requestUpdate();
    }

    hostDisconnected(): void {
        this.ends.forEach(end => end());
    }
}
