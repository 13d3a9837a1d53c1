import { Store } from './store';

/** The dialogs. Each is loaded when it is opened first. */
export type DialogName = 'help' | 'code' | 'compare' | 'variations' | 'mask';

/** What the page shows. */
interface View {
    section: string;
    /** On a phone, the one part that is seen. */
    part: 'settings' | 'stage' | 'gallery';
    dialog: DialogName | null;
    /** The picture of the stage that is seen alone; null for all of them. */
    selected: string | null;
    /** Whether the stage shows what is being made, rather than what somebody looks at. */
    following: boolean;
}

export const view = new Store<View>({
    section: 'make',
    part: 'settings',
    dialog: null,
    selected: null,
    following: true,
});

export function openDialog(dialog: DialogName): void {
    view.set({ dialog });
}
