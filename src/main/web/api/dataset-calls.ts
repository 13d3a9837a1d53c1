import { addressOf, operate, read } from './http';
import type { Dataset, Datasets } from './types';
import { type Sent, upload } from './upload';
import type { PathFile } from '../ui/files';

/** The operations of the contract that the view of data sets uses; a test looks for each of them there. */
const OPERATIONS = {
    listDatasets: 'GET /datasets',
    getDataset: 'GET /datasets/{name}',
    uploadDataset: 'POST /datasets/{name}',
    deleteDataset: 'DELETE /datasets/{name}',
    previewDataset: 'GET /datasets/{name}/preview',
} as const;

export function listDatasets(): Promise<Datasets> {
    return read(OPERATIONS.listDatasets);
}

export function getDataset(name: string): Promise<Dataset> {
    return read(OPERATIONS.getDataset, { names: { name } });
}

export async function deleteDataset(name: string): Promise<void> {
    await operate(OPERATIONS.deleteDataset, { names: { name } });
}

/** The path of a sheet of pictures; of one class, or of all for the empty text. */
export function previewPath(name: string, pictures: number, size: number, label: string): string {
    const query = { n: pictures, size, ...(label ? { label } : {}) };
    return addressOf(OPERATIONS.previewDataset, { names: { name }, query })[1];
}

/**
 * Uploads a ZIP archive, or pictures one by one.
 *
 * @param files with their paths, in which the first folder is the class
 * @param skipBroken whether pictures that can't be read are left out, rather than refuse all
 */
export function uploadDataset(
    name: string,
    files: PathFile[],
    skipBroken: boolean,
    sent: Sent,
    signal: AbortSignal,
): Promise<Dataset> {
    const asked = { names: { name }, query: { on_broken: skipBroken ? 'skip' : 'fail' }, signal };
    const [first] = files;
    if (first && files.length === 1 && isArchive(first.file)) {
        return upload(OPERATIONS.uploadDataset, { ...asked, headers: { 'Content-Type': 'application/zip' } }, first.file, sent);
    }
    const form = new FormData();
    files.forEach(({ path, file }) => form.append('file', file, path));
    return upload(OPERATIONS.uploadDataset, asked, form, sent);
}

export function isArchive(file: File): boolean {
    return /\.zip$/i.test(file.name) || file.type === 'application/zip';
}
