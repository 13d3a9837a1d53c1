import { Store } from './store';

/** The dialogs. Each is loaded when it is opened first. */
export type DialogName = 'help' | 'code' | 'compare' | 'variations' | 'mask';

/** The parts of the view that are in the address, so that they survive a reload and can be shared. */
interface Place {
    section: string;
    /** What a section shows of many: a model, a data set, a training job; null for none. */
    item: string | null;
    /** A second one, beside it. */
    beside: string | null;
}

/** What the page shows. */
interface View extends Place {
    /** On a phone, the one part that is seen. */
    part: 'settings' | 'stage' | 'gallery';
    dialog: DialogName | null;
    /** The picture of the stage that is seen alone; null for all of them. */
    selected: string | null;
    /** Whether the stage shows what is being made, rather than what somebody looks at. */
    following: boolean;
}

export const view = new Store<View>({
    ...placeOfAddress(),
    part: 'settings',
    dialog: null,
    selected: null,
    following: true,
});

function placeOfAddress(): Place {
    const asked = new URLSearchParams(location.search);
    return { section: asked.get('view') ?? 'make', item: asked.get('item'), beside: asked.get('beside') };
}

view.watch(({ section, item, beside }) => {
    const asked = new URLSearchParams(section === 'make' ? {} : { view: section });
    Object.entries({ item, beside }).forEach(([name, value]) => value && asked.set(name, value));
    const search = asked.size ? `?${asked}` : '';
    if (search !== location.search) {
        history.pushState(null, '', location.pathname + search + location.hash);
    }
});

addEventListener('popstate', () => view.set(placeOfAddress()));

/** Goes to a section, and there to one of many. */
export function go(section: string, item: string | null = null): void {
    view.set({ section, item, beside: null });
}

export function openDialog(dialog: DialogName): void {
    view.set({ dialog });
}
