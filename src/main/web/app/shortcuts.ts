import { choose, keep } from '../gallery/gallery';
import { again, current, discard, generate, reuse, step } from '../making/actions';
import { drawSeed, lockSeed } from '../making/seed-field';
import { preferences, switchTheme } from '../state/preferences';
import { cancel, inOrder } from '../state/queue';
import { openDialog, view } from '../state/view';
import type { Picture } from '../gallery/gallery';
import { offer } from '../ui/keys';

/** Does it to the picture on the stage, if there is one. */
function withPicture(action: (picture: Picture) => unknown): () => void {
    return () => {
        const picture = current();
        if (picture) {
            void action(picture);
        }
    };
}

/** The keys of making images. */
export function offerShortcuts(focusLabel: () => void): void {
    offer('Making', [
        { keys: 'Ctrl Enter', does: 'Generate', run: () => void generate(), whileTyping: true },
        { keys: 'G', does: 'Generate', run: () => void generate() },
        { keys: '/', does: 'To the label', run: focusLabel },
        { keys: 'D', does: 'Draw another seed', run: drawSeed },
        { keys: 'L', does: 'Lock the seed', run: lockSeed },
        { keys: 'Q', does: 'Cancel the request in work', run: () => inOrder().slice(0, 1).forEach(({ id }) => cancel(id)) },
    ]);
    offer('The picture', [
        { keys: '←', does: 'The picture before', run: () => step(-1) },
        { keys: '→', does: 'The next picture', run: () => step(1) },
        { keys: 'Escape', does: 'All pictures of the request', run: () => view.set({ selected: null }) },
        { keys: 'A', does: 'Again, with another seed', run: withPicture(again) },
        { keys: 'V', does: 'Variations', run: withPicture(() => openDialog('variations')) },
        { keys: 'S', does: 'Bring its settings back', run: withPicture(reuse) },
        { keys: 'C', does: 'The same in other programs', run: withPicture(() => openDialog('code')) },
        { keys: 'K', does: 'Keep it', run: withPicture(picture => keep(picture.id, !picture.kept)) },
        { keys: 'X', does: 'Choose it, to compare two', run: withPicture(picture => choose(picture.id)) },
        { keys: 'Delete', does: 'Delete it', run: withPicture(picture => discard([picture.id])) },
    ]);
    offer('The page', [
        { keys: 'T', does: 'Light or dark', run: switchTheme },
        { keys: 'P', does: 'Smooth, or as pixels', run: () => preferences.set({ smooth: !preferences.get().smooth }) },
        { keys: '?', does: 'This help', run: () => openDialog('help') },
    ]);
}
