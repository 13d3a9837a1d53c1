import { type ServerEvent, streamed } from './events';
import { call } from './http';

/** The operations of the contract that the operator's view uses; a test looks for each of them there. */
const OPERATIONS = {
    followEngines: 'GET /engines/events',
} as const;

/** The steps of the engines and the queue as they happen. */
export function followEngines(signal: AbortSignal): AsyncGenerator<ServerEvent> {
    return streamed(OPERATIONS.followEngines, { signal });
}

/** The text for Prometheus. */
export async function metricsText(): Promise<string> {
    return (await call('/q/metrics', { headers: { Accept: 'text/plain' } })).text();
}
