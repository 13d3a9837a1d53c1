import type { Fields } from './calls';
import { operate } from './http';
import type { GenerateResponse, Model, ModelVersion } from './types';
import { type Sent, upload } from './upload';

/** The operations of the contract that the view of models uses; a test looks for each of them there. */
const OPERATIONS = {
    getModelVersion: 'GET /models/{name}/versions/{version}',
    importModelVersion: 'POST /models/{name}/versions',
    deleteModelVersion: 'DELETE /models/{name}/versions/{version}',
    exportModelVersion: 'GET /models/{name}/versions/{version}/archive',
    serveModelVersion: 'PUT /models/{name}/served',
    generate: 'POST /generate',
    getTrainingSample: 'GET /train/{id}/samples/{step}',
} as const;

const JSON_BODY = { 'Content-Type': 'application/json' };

export async function getModelVersion(name: string, version: number): Promise<ModelVersion> {
    return (await operate(OPERATIONS.getModelVersion, {}, { name, version })).json();
}

/** Imports a ZIP of a folder that diffusers opens. */
export async function importVersion(name: string, file: Blob, sent: Sent, signal: AbortSignal): Promise<ModelVersion> {
    const headers = { 'Content-Type': 'application/zip' };
    return (await upload(OPERATIONS.importModelVersion, { name }, '', file, headers, sent, signal)) as ModelVersion;
}

/** Makes a version of a checkpoint, which serves only when it is named. */
export async function publishCheckpoint(name: string, run: string, step: number): Promise<ModelVersion> {
    const body = JSON.stringify({ from_run: run, step, publish_as: 'candidate' });
    return (await operate(OPERATIONS.importModelVersion, { body, headers: JSON_BODY }, { name })).json();
}

export async function deleteVersion(name: string, version: number): Promise<void> {
    await operate(OPERATIONS.deleteModelVersion, {}, { name, version });
}

/** The version as a ZIP. */
export async function exportVersion(name: string, version: number): Promise<Blob> {
    return (await operate(OPERATIONS.exportModelVersion, {}, { name, version })).blob();
}

/** Chooses what serves: a version, or the latest from now on. */
export async function serveVersion(name: string, version: number | 'latest'): Promise<Model> {
    const body = JSON.stringify({ version });
    return (await operate(OPERATIONS.serveModelVersion, { body, headers: JSON_BODY }, { name })).json();
}

/** Makes images, and waits for them. */
export async function makeImages(fields: Fields, signal: AbortSignal): Promise<GenerateResponse> {
    const headers = { ...JSON_BODY, Accept: 'application/json' };
    return (await operate(OPERATIONS.generate, { body: JSON.stringify(fields), headers, signal })).json();
}

/** Makes images on one sheet, and waits for it. */
export async function makeSheet(fields: Fields, signal: AbortSignal): Promise<Blob> {
    const headers = { ...JSON_BODY, Accept: 'image/png' };
    return (await operate(OPERATIONS.generate, { body: JSON.stringify(fields), headers, signal })).blob();
}

/** The sample grid of a run's step. */
export async function sampleOf(run: string, step: number, signal: AbortSignal): Promise<Blob> {
    const headers = { Accept: 'image/png' };
    return (await operate(OPERATIONS.getTrainingSample, { headers, signal }, { id: run, step })).blob();
}
