import { addressOf, operate } from './http';
import type { Dataset, Datasets } from './types';
import { type Sent, upload } from './upload';

/** The operations of the contract that the view of data sets uses; a test looks for each of them there. */
const OPERATIONS = {
    listDatasets: 'GET /datasets',
    getDataset: 'GET /datasets/{name}',
    uploadDataset: 'POST /datasets/{name}',
    deleteDataset: 'DELETE /datasets/{name}',
    previewDataset: 'GET /datasets/{name}/preview',
} as const;

export async function listDatasets(): Promise<Datasets> {
    return (await operate(OPERATIONS.listDatasets)).json();
}

export async function getDataset(name: string): Promise<Dataset> {
    return (await operate(OPERATIONS.getDataset, {}, { name })).json();
}

export async function deleteDataset(name: string): Promise<void> {
    await operate(OPERATIONS.deleteDataset, {}, { name });
}

/** The path of a sheet of pictures; of one class, or of all for the empty text. */
export function previewPath(name: string, pictures: number, size: number, label: string): string {
    const asked = new URLSearchParams({ n: String(pictures), size: String(size), ...(label ? { label } : {}) });
    return `${addressOf(OPERATIONS.previewDataset, { name })[1]}?${asked}`;
}

/** A file and its path within what was dropped: the first folder is its class. */
export interface PathFile {
    path: string;
    file: File;
}

/**
 * Uploads a ZIP archive, or pictures one by one.
 *
 * @param skipBroken whether pictures that can't be read are left out, rather than refuse all
 */
export async function uploadDataset(
    name: string,
    files: PathFile[],
    skipBroken: boolean,
    sent: Sent,
    signal: AbortSignal,
): Promise<Dataset> {
    const query = skipBroken ? '?on_broken=skip' : '';
    const [first] = files;
    if (first && files.length === 1 && isArchive(first.file)) {
        const headers = { 'Content-Type': 'application/zip' };
        return (await upload(OPERATIONS.uploadDataset, { name }, query, first.file, headers, sent, signal)) as Dataset;
    }
    const form = new FormData();
    files.forEach(({ path, file }) => form.append('file', file, path));
    return (await upload(OPERATIONS.uploadDataset, { name }, query, form, {}, sent, signal)) as Dataset;
}

export function isArchive(file: File): boolean {
    return /\.zip$/i.test(file.name) || file.type === 'application/zip';
}
