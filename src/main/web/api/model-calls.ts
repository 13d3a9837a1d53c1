import { operate, read } from './http';
import type { Fields, GenerateResponse, Model, ModelVersion } from './types';
import { type Sent, upload } from './upload';

/** The operations of the contract that the view of models uses; a test looks for each of them there. */
const OPERATIONS = {
    getModelVersion: 'GET /models/{name}/versions/{version}',
    importModelVersion: 'POST /models/{name}/versions',
    deleteModelVersion: 'DELETE /models/{name}/versions/{version}',
    exportModelVersion: 'GET /models/{name}/versions/{version}/archive',
    serveModelVersion: 'PUT /models/{name}/served',
    generate: 'POST /generate',
} as const;

export function getModelVersion(name: string, version: number): Promise<ModelVersion> {
    return read(OPERATIONS.getModelVersion, { names: { name, version } });
}

/** Imports a ZIP of a folder that diffusers opens. */
export function importVersion(name: string, file: Blob, sent: Sent, signal: AbortSignal): Promise<ModelVersion> {
    const headers = { 'Content-Type': 'application/zip' };
    return upload(OPERATIONS.importModelVersion, { names: { name }, headers, signal }, file, sent);
}

/** Makes a version of a checkpoint, which serves only when it is named. */
export function publishCheckpoint(name: string, run: string, step: number): Promise<ModelVersion> {
    return read(OPERATIONS.importModelVersion, { names: { name }, json: { from_run: run, step, publish_as: 'candidate' } });
}

export async function deleteVersion(name: string, version: number): Promise<void> {
    await operate(OPERATIONS.deleteModelVersion, { names: { name, version } });
}

/** The version as a ZIP. */
export async function exportVersion(name: string, version: number): Promise<Blob> {
    return (await operate(OPERATIONS.exportModelVersion, { names: { name, version } })).blob();
}

/** Chooses what serves: a version, or the latest from now on. */
export function serveVersion(name: string, version: number | 'latest'): Promise<Model> {
    return read(OPERATIONS.serveModelVersion, { names: { name }, json: { version } });
}

/** Makes images, and waits for them. */
export function makeImages(fields: Fields, signal: AbortSignal): Promise<GenerateResponse> {
    return read(OPERATIONS.generate, { json: fields, signal });
}

/** Makes images on one sheet, and waits for it. */
export async function makeSheet(fields: Fields, signal: AbortSignal): Promise<Blob> {
    return (await operate(OPERATIONS.generate, { json: fields, accept: 'image/png', signal })).blob();
}
