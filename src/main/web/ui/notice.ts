import { Store } from '../state/store';

/** A short message that goes away, such as that something was copied. */
export interface Notice {
    text: string;
    tone: 'plain' | 'good' | 'bad';
}

export const notices = new Store<{ notice: Notice | null }>({ notice: null });

let timer = 0;

/** Shows it for some seconds, and has screen readers say it. */
export function notify(text: string, tone: Notice['tone'] = 'plain'): void {
    clearTimeout(timer);
    notices.set({ notice: { text, tone } });
    timer = window.setTimeout(() => notices.set({ notice: null }), tone === 'bad' ? 9000 : 4000);
}
