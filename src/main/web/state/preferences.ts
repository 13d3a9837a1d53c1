import { Store } from './store';

/** How a person likes the page. */
interface Preferences {
    theme: 'system' | 'light' | 'dark';
    /** Whether enlarged pictures are smoothed; otherwise their pixels are shown. */
    smooth: boolean;
}

const KEPT = 'stepwise.preferences';

export const preferences = new Store<Preferences>({
    theme: 'system',
    smooth: true,
    ...(JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<Preferences>),
});

function apply(now: Preferences): void {
    const root = document.documentElement;
    root.toggleAttribute('data-smooth', now.smooth);
    if (now.theme === 'system') {
        delete root.dataset['theme'];
    } else {
        root.dataset['theme'] = now.theme;
    }
}

apply(preferences.get());
preferences.watch(now => {
    localStorage.setItem(KEPT, JSON.stringify(now));
    apply(now);
});

/** Light becomes dark and dark becomes light, whatever the system says. */
export function switchTheme(): void {
    const { theme } = preferences.get();
    const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
    preferences.set({ theme: dark ? 'light' : 'dark' });
}
