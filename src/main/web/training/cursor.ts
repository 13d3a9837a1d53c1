import { Store } from '../state/store';

/** The step that all charts and the samples show; null for the last one. The sample is the number of an image in the grid. */
export const cursor = new Store<{ step: number | null; sample: number }>({ step: null, sample: 0 });
