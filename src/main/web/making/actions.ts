import { toBase64 } from '../api/base64';
import type { Fields } from '../api/types';
import { add, find, gallery, type Picture, remove, show } from '../gallery/gallery';
import { ask } from '../state/queue';
import { adopt, change, drawnSeed, request, settings } from '../state/settings';
import { view } from '../state/view';
import { notify } from '../ui/notice';

/** Asks for what the settings say, with a new seed unless it is locked. */
export async function generate(): Promise<void> {
    if (!settings.get().seedLocked || settings.get().values['seed'] === undefined) {
        change({ seed: drawnSeed() });
    }
    settings.set({ wrong: {} });
    await put(request());
}

/** Asks for images and puts them on the stage, unless somebody looks at others by then. */
export async function put(fields: Fields): Promise<void> {
    view.set({ following: true, selected: null, part: 'stage' });
    const ids = await ask(fields);
    if (ids && view.get().following) {
        show(ids);
        view.set({ selected: ids.length === 1 ? (ids[0] ?? null) : null });
    }
}

/** The picture that actions are about: the selected one, or the only one. */
export function current(): Picture | undefined {
    const { shown } = gallery.get();
    return find(view.get().selected ?? (shown.length === 1 ? shown[0] : undefined));
}

/** Looks at a picture of the gallery. */
export function look(picture: Picture): void {
    const { shown } = gallery.get();
    if (!shown.includes(picture.id)) {
        show([picture.id]);
    }
    view.set({ selected: picture.id, following: false, part: 'stage' });
}

/** The request that makes this one picture again. */
export function requestOf(picture: Picture): Fields {
    const { index, checkpoint_sha256: _, ...fields } = picture.parameters;
    if (fields['interpolate_to'] !== undefined) {
        return fields;
    }
    return { ...fields, n: 1, first_index: index ?? fields['first_index'] ?? 0 };
}

/** The same settings with another seed. */
export async function again(picture: Picture): Promise<void> {
    await put({ ...requestOf(picture), first_index: 0, seed: drawnSeed() });
}

/** Brings the settings of a picture back into the panel. */
export function reuse(picture: Picture): void {
    adopt(requestOf(picture));
    view.set({ part: 'settings' });
    notify('Its settings are back. The seed is locked; unlock it for other images.');
}

/** Deletes pictures, which can be taken back as long as the notice is seen. */
export async function discard(ids: string[]): Promise<void> {
    const pictures = ids.map(find).filter(picture => picture !== undefined);
    await remove(ids);
    const what = pictures.length === 1 ? 'The picture is deleted.' : `${pictures.length} pictures are deleted.`;
    notify(what, 'plain', { title: 'Undo', run: () => void add(pictures) });
}

/** Makes it the picture to start from. */
export async function startFrom(picture: Blob): Promise<void> {
    change({ image: await toBase64(picture), mask: null });
    view.set({ part: 'settings' });
    notify('The next images start from this picture.');
}

/** Selects the picture before or after the selected one. */
export function step(by: number): void {
    const { shown, pictures } = gallery.get();
    const ids = shown.length > 1 ? shown : pictures.map(picture => picture.id);
    const at = ids.indexOf(current()?.id ?? '');
    const next = find(ids[at < 0 ? 0 : (at + by + ids.length) % ids.length]);
    if (next) {
        look(next);
    }
}
