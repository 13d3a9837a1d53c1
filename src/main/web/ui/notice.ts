import { textOf } from '../state/remote';
import { Store } from '../state/store';

/** A short message that goes away, such as that something was copied. */
export interface Notice {
    text: string;
    tone: 'plain' | 'good' | 'bad';
    /** What a person may want to do about it. */
    action: { title: string; run: () => void } | null;
}

export const notices = new Store<{ notice: Notice | null }>({ notice: null });

let timer = 0;

/** Shows it for some seconds, and has screen readers say it. */
export function notify(text: string, tone: Notice['tone'] = 'plain', action: Notice['action'] = null): void {
    clearTimeout(timer);
    notices.set({ notice: { text, tone, action } });
    timer = window.setTimeout(() => notices.set({ notice: null }), tone === 'bad' || action ? 9000 : 4000);
}

/** Does it; if that fails, says why and gives null. */
export async function attempt<T>(task: () => Promise<T>): Promise<T | null> {
    try {
        return await task();
    } catch (failure) {
        notify(textOf(failure), 'bad');
        return null;
    }
}
