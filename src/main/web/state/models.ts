import { listModels } from '../api/calls';
import type { Model } from '../api/types';
import { Store } from './store';

/** The models of the service, as they were when the page last asked. */
export const models = new Store<{ models: Model[]; known: boolean }>({ models: [], known: false });

/** Asks for them. */
export async function loadModels(): Promise<void> {
    models.set({ ...(await listModels()), known: true });
}
