import { toBase64 } from './base64';
import { type ServerEvent, events } from './events';
import { lost, operate, read, Unreachable } from './http';
import type { Fields, GenerateResponse, GenerationStatus, Models, Verification } from './types';

/** The operations of the contract that the page uses; a test looks for each of them there. */
const OPERATIONS = {
    listModels: 'GET /models',
    generate: 'POST /generate',
    generateEvents: 'POST /generate/events',
    getGeneration: 'GET /generations/{id}',
    deleteGeneration: 'DELETE /generations/{id}',
    getGenerationImages: 'GET /generations/{id}/images',
    verify: 'POST /verify',
} as const;

/** The models of the service. */
export function listModels(): Promise<Models> {
    return read(OPERATIONS.listModels);
}

/**
 * Asks for images and follows them. Aborting `signal` closes the connection, which cancels the work.
 *
 * @throws Unreachable when the connection breaks before the last event
 */
export async function* generate(fields: Fields, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const response = await operate(OPERATIONS.generateEvents, { json: fields, accept: 'text/event-stream', signal });
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
export async function verify(picture: Blob): Promise<Verification> {
    return read(OPERATIONS.verify, { json: { image: await toBase64(picture) } });
}

/** Asks for images that are fetched later: any number of such requests needs no open connection. */
export function generateLater(fields: Fields, signal: AbortSignal): Promise<GenerationStatus> {
    return read(OPERATIONS.generate, { json: fields, headers: { Prefer: 'respond-async' }, signal });
}

/** How far a generation is that is fetched later. */
export function generationStatus(id: string, signal: AbortSignal): Promise<GenerationStatus> {
    return read(OPERATIONS.getGeneration, { names: { id }, signal });
}

/** The images of a generation that has succeeded. */
export function generationImages(id: string, signal: AbortSignal): Promise<GenerateResponse> {
    return read(OPERATIONS.getGenerationImages, { names: { id }, signal });
}

/** Cancels a generation and forgets it. */
export async function deleteGeneration(id: string): Promise<void> {
    await operate(OPERATIONS.deleteGeneration, { names: { id } });
}
