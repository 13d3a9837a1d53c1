import { type ServerEvent, streamed } from './events';
import { operate, read } from './http';
import type { Fields, TrainingCheckpoints, TrainingEstimate, TrainingJob, TrainingJobs, TrainingSamples } from './types';

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

export function listJobs(before: string | null = null): Promise<TrainingJobs> {
    return read(OPERATIONS.listTrainingJobs, before ? { query: { before } } : {});
}

/** Starts a job. The key makes sure that it is started once, however often this is asked. */
export function train(specification: Fields, key: string): Promise<TrainingJob> {
    return read(OPERATIONS.train, { json: specification, headers: { 'Idempotency-Key': key } });
}

/** What a job would take; refused as the job would be. */
export function estimate(specification: Fields, signal: AbortSignal): Promise<TrainingEstimate> {
    return read(OPERATIONS.estimateTraining, { json: specification, signal });
}

export function getJob(id: string): Promise<TrainingJob> {
    return read(OPERATIONS.getTrainingJob, { names: { id } });
}

export async function deleteJob(id: string): Promise<void> {
    await operate(OPERATIONS.deleteTrainingJob, { names: { id } });
}

export function pauseJob(id: string): Promise<TrainingJob> {
    return read(OPERATIONS.pauseTrainingJob, { names: { id } });
}

/** Lets it go on, up to another number of steps if there is one. */
export function resumeJob(id: string, steps: number | null): Promise<TrainingJob> {
    return read(OPERATIONS.resumeTrainingJob, { names: { id }, json: steps === null ? {} : { steps } });
}

export function cancelJob(id: string): Promise<TrainingJob> {
    return read(OPERATIONS.cancelTrainingJob, { names: { id } });
}

/** All measurements and events so far, and then new ones as they happen. Ends with the job. */
export function follow(id: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    return streamed(OPERATIONS.followTrainingJob, { names: { id }, signal });
}

export function listSamples(id: string): Promise<TrainingSamples> {
    return read(OPERATIONS.listTrainingSamples, { names: { id } });
}

/** The file of a sample grid. */
export async function getSample(id: string, step: number, signal: AbortSignal): Promise<Blob> {
    return (await operate(OPERATIONS.getTrainingSample, { names: { id, step }, accept: 'image/png', signal })).blob();
}

export function listCheckpoints(id: string): Promise<TrainingCheckpoints> {
    return read(OPERATIONS.listTrainingCheckpoints, { names: { id } });
}

/** The last lines that the job has printed. */
export async function getLog(id: string, lines: number): Promise<string> {
    return (await operate(OPERATIONS.getTrainingLog, { names: { id }, query: { lines }, accept: 'text/plain' })).text();
}
