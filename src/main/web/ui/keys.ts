/** A key and what it does. */
export interface Shortcut {
    /** As people read it, such as "Ctrl Enter". */
    keys: string;
    does: string;
    run: () => void;
    /** Whether it also works while somebody types. */
    whileTyping?: boolean;
}

/** What the help sheet lists, by topic. */
export const shortcuts = new Map<string, Shortcut[]>();

/** Adds shortcuts to a topic, in place of its earlier ones. */
export function offer(topic: string, offered: Shortcut[]): void {
    shortcuts.set(topic, offered);
}

/** Whether the page is for the keyboard of Apple's computers. */
const apple = /Mac|iP(hone|ad)/.test(navigator.platform);

/** The keys as they are called on this computer. */
export function named(keys: string): string[] {
    return keys.split(' ').map(key => (key === 'Ctrl' && apple ? '⌘' : key));
}

function pressed(event: KeyboardEvent): string {
    const names: Record<string, string> = { ' ': 'Space', ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓' };
    const key = names[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
    return (event.ctrlKey || event.metaKey ? 'Ctrl ' : '') + key;
}

function typing(event: KeyboardEvent): boolean {
    const target = event.composedPath()[0];
    return (
        target instanceof HTMLElement &&
        (target.matches('input:not([type=checkbox]), select, textarea, [role=option], [role=slider]') ||
            target.isContentEditable)
    );
}

addEventListener('keydown', event => {
    // for a moment after it has closed, a dialog may still have the focus
    const open = event.composedPath().some(target => target instanceof HTMLDialogElement && target.open);
    if (event.defaultPrevented || event.altKey || open) {
        return;
    }
    const keys = pressed(event);
    for (const shortcut of [...shortcuts.values()].flat()) {
        if (shortcut.keys === keys && (shortcut.whileTyping || !typing(event))) {
            event.preventDefault();
            shortcut.run();
            return;
        }
    }
});
