import { events, type ServerEvent } from './events';
import { call, operate } from './http';

/** The operations of the contract that the operator's view uses; a test looks for each of them there. */
const OPERATIONS = {
    followEngines: 'GET /engines/events',
} as const;

/** The steps of the engines and the queue as they happen. */
export async function* followEngines(signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const headers = { Accept: 'text/event-stream' };
    yield* events(await operate(OPERATIONS.followEngines, { headers, signal }));
}

/** The text for Prometheus. */
export async function metricsText(): Promise<string> {
    return (await call('/q/metrics', { headers: { Accept: 'text/plain' } })).text();
}
