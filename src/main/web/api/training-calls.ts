import type { Fields } from './calls';
import { events, type ServerEvent } from './events';
import { addressOf, operate } from './http';
import type { TrainingCheckpoints, TrainingEstimate, TrainingJob, TrainingJobs, TrainingSamples } from './types';

/** The operations of the contract that the view of training uses; a test looks for each of them there. */
const OPERATIONS = {
    listTrainingJobs: 'GET /train',
    train: 'POST /train',
    estimateTraining: 'POST /train-estimates',
    getTrainingJob: 'GET /train/{id}',
    deleteTrainingJob: 'DELETE /train/{id}',
    pauseTrainingJob: 'POST /train/{id}/pause',
    resumeTrainingJob: 'POST /train/{id}/resume',
    cancelTrainingJob: 'POST /train/{id}/cancel',
    followTrainingJob: 'GET /train/{id}/events',
    listTrainingSamples: 'GET /train/{id}/samples',
    getTrainingSample: 'GET /train/{id}/samples/{step}',
    listTrainingCheckpoints: 'GET /train/{id}/checkpoints',
    getTrainingLog: 'GET /train/{id}/log',
} as const;

const JSON_BODY = { 'Content-Type': 'application/json' };

export async function listJobs(before: string | null = null): Promise<TrainingJobs> {
    const [method, path] = addressOf(OPERATIONS.listTrainingJobs, {});
    return (await operate(`${method} ${path}${before ? `?before=${encodeURIComponent(before)}` : ''}`)).json();
}

/** Starts a job. The key makes sure that it is started once, however often this is asked. */
export async function train(specification: Fields, key: string): Promise<TrainingJob> {
    const headers = { ...JSON_BODY, 'Idempotency-Key': key };
    return (await operate(OPERATIONS.train, { body: JSON.stringify(specification), headers })).json();
}

/** What a job would take; refused as the job would be. */
export async function estimate(specification: Fields, signal: AbortSignal): Promise<TrainingEstimate> {
    const body = JSON.stringify(specification);
    return (await operate(OPERATIONS.estimateTraining, { body, headers: JSON_BODY, signal })).json();
}

export async function getJob(id: string): Promise<TrainingJob> {
    return (await operate(OPERATIONS.getTrainingJob, {}, { id })).json();
}

export async function deleteJob(id: string): Promise<void> {
    await operate(OPERATIONS.deleteTrainingJob, {}, { id });
}

export async function pauseJob(id: string): Promise<TrainingJob> {
    return (await operate(OPERATIONS.pauseTrainingJob, {}, { id })).json();
}

/** Lets it go on, up to another number of steps if there is one. */
export async function resumeJob(id: string, steps: number | null): Promise<TrainingJob> {
    const body = JSON.stringify(steps === null ? {} : { steps });
    return (await operate(OPERATIONS.resumeTrainingJob, { body, headers: JSON_BODY }, { id })).json();
}

export async function cancelJob(id: string): Promise<TrainingJob> {
    return (await operate(OPERATIONS.cancelTrainingJob, {}, { id })).json();
}

/** All measurements and events so far, and then new ones as they happen. Ends with the job. */
export async function* follow(id: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const headers = { Accept: 'text/event-stream' };
    yield* events(await operate(OPERATIONS.followTrainingJob, { headers, signal }, { id }));
}

export async function listSamples(id: string): Promise<TrainingSamples> {
    return (await operate(OPERATIONS.listTrainingSamples, {}, { id })).json();
}

/** The file of a sample grid. */
export async function getSample(id: string, step: number, signal: AbortSignal): Promise<Blob> {
    const headers = { Accept: 'image/png' };
    return (await operate(OPERATIONS.getTrainingSample, { headers, signal }, { id, step })).blob();
}

export async function listCheckpoints(id: string): Promise<TrainingCheckpoints> {
    return (await operate(OPERATIONS.listTrainingCheckpoints, {}, { id })).json();
}

/** The last lines that the job has printed. */
export async function getLog(id: string, lines: number): Promise<string> {
    const [method, path] = addressOf(OPERATIONS.getTrainingLog, { id });
    return (await operate(`${method} ${path}?lines=${lines}`, { headers: { Accept: 'text/plain' } })).text();
}
