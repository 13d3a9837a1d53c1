import { listModels } from '../api/calls';
import type { Model } from '../api/types';
import { settings } from './settings';
import { Store } from './store';

/** The models of the service, as they were when the page last asked. */
export const models = new Store<{ models: Model[]; known: boolean }>({ models: [], known: false });

/** Asks for them. */
export async function loadModels(): Promise<void> {
    models.set({ ...(await listModels()), known: true });
}

/** The model that the settings name, or the one that answers when none is named. */
export function currentModel(): Model | undefined {
    const named = settings.get().values['model'];
    return models.get().models.find(model => (named === undefined ? model.default : model.name === named));
}
