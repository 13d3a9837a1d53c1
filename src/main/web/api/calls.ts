import { type ServerEvent, events } from './events';
import { toBase64 } from '../gallery/png-text';
import { lost, operate, Unreachable } from './http';
import type { GenerateResponse, GenerationStatus, Models, Verification } from './types';

/** The operations of the contract that the page uses; a test looks for each of them there. */
export const OPERATIONS = {
    listModels: 'GET /models',
    generate: 'POST /generate',
    generateEvents: 'POST /generate/events',
    getGeneration: 'GET /generations/{id}',
    deleteGeneration: 'DELETE /generations/{id}',
    getGenerationImages: 'GET /generations/{id}/images',
    verify: 'POST /verify',
} as const;

function send(operation: keyof typeof OPERATIONS, init: RequestInit = {}, id = ''): Promise<Response> {
    return operate(OPERATIONS[operation], init, { id });
}

/** The models of the service. */
export async function listModels(): Promise<Models> {
    return (await send('listModels')).json();
}

/** The fields of a request for images, by name. */
export type Fields = Record<string, unknown>;

/**
 * Asks for images and follows them. Aborting `signal` closes the connection, which cancels the work.
 *
 * @throws Unreachable when the connection breaks before the last event
 */
export async function* generate(fields: Fields, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const response = await send('generateEvents', {
        body: JSON.stringify(fields),
        headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream' },
        signal,
    });
    try {
        for await (const event of events(response)) {
            yield event;
            if (event.name === 'completed' || event.name === 'error') {
                return;
            }
        }
    } catch (failure) {
        signal.throwIfAborted();
        if (!(failure instanceof TypeError)) {
            throw failure;
        }
    }
    signal.throwIfAborted();
    lost();
    throw new Unreachable();
}

/** Has the service make a picture again and compare it byte for byte. */
export async function verify(picture: Blob, signal?: AbortSignal): Promise<Verification> {
    const body = JSON.stringify({ image: await toBase64(picture) });
    const headers = { 'Content-Type': 'application/json' };
    return (await send('verify', { body, headers, signal: signal ?? null })).json();
}

/** Asks for images that are fetched later: any number of such requests needs no open connection. */
export async function generateLater(fields: Fields, signal: AbortSignal): Promise<GenerationStatus> {
    const headers = { 'Content-Type': 'application/json', Prefer: 'respond-async' };
    return (await send('generate', { body: JSON.stringify(fields), headers, signal })).json();
}

/** How far a generation is that is fetched later. */
export async function generationStatus(id: string, signal: AbortSignal): Promise<GenerationStatus> {
    return (await send('getGeneration', { signal }, id)).json();
}

/** The images of a generation that has succeeded. */
export async function generationImages(id: string, signal: AbortSignal): Promise<GenerateResponse> {
    return (await send('getGenerationImages', { headers: { Accept: 'application/json' }, signal }, id)).json();
}

/** Cancels a generation and forgets it. */
export async function deleteGeneration(id: string): Promise<void> {
    await send('deleteGeneration', {}, id);
}
