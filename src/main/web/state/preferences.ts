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

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the page is dark, by what a person or the system wants. */
export const looks = new Store({ dark: false });

function apply(now: Preferences): void {
    looks.set({ dark: now.theme === 'dark' || (now.theme === 'system' && systemIsDark.matches) });
    const root = document.documentElement;
    root.toggleAttribute('data-smooth', now.smooth);
    if (now.theme === 'system') {
        delete root.dataset['theme'];
    } else {
        root.dataset['theme'] = now.theme;
    }
}

apply(preferences.get());
systemIsDark.addEventListener('change', () => apply(preferences.get()));
preferences.watch(now => {
    localStorage.setItem(KEPT, JSON.stringify(now));
    apply(now);
});

/** Light becomes dark and dark becomes light, whatever the system says. */
export function switchTheme(): void {
    preferences.set({ theme: looks.get().dark ? 'light' : 'dark' });
}
