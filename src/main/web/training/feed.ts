import { sleep } from '../api/http';
import { follow, getJob, listCheckpoints, listSamples } from '../api/training-calls';
import type { TrainingCheckpoint, TrainingEvent, TrainingJob } from '../api/types';
import { beforeNextTry, isForGood, textOf } from '../state/remote';
import { Store } from '../state/store';

/** A row of measurements: a number for each name, null where nothing was measured. */
export type Row = Record<string, number | null> & { step: number };

/** A training job, as far as the page has followed it. */
export interface Feed {
    job: TrainingJob | null;
    /** In the order of their steps. */
    rows: Row[];
    /** Steps that have a sample grid, in order. */
    samples: number[];
    checkpoints: TrainingCheckpoint[];
    trouble: string;
    waits: boolean;
}

const NOTHING: Feed = { job: null, rows: [], samples: [], checkpoints: [], trouble: '', waits: false };
/** What comes together is drawn together. */
const DRAW_EVERY = 200;
const LOOK_EVERY = 2000;

/** Follows a training job until it is stopped, over restarts of the service. */
export class RunFeed extends Store<Feed> {
    private readonly abort = new AbortController();
    private readonly rows = new Map<number, Row>();
    private drawing = 0;
    private looking = 0;

    constructor(readonly id: string) {
        super(NOTHING);
        void this.run().catch(() => undefined);
    }

    stop(): void {
        this.abort.abort();
        clearTimeout(this.drawing);
        clearTimeout(this.looking);
    }

    private async run(): Promise<void> {
        const { signal } = this.abort;
        while (!signal.aborted) {
            try {
                await this.look();
                this.rows.clear();
                for await (const { name, data } of follow(this.id, signal)) {
                    this.take(name, data);
                }
                this.draw();
                await this.look();
                this.set({ trouble: '', waits: false });
                // over, or the connection broke
                await sleep(LOOK_EVERY, signal);
                if (isOver(this.get().job)) {
                    await this.untilItGoesOn(signal);
                }
            } catch (failure) {
                signal.throwIfAborted();
                this.set({ trouble: textOf(failure), waits: !isForGood(failure) });
                if (isForGood(failure)) {
                    return;
                }
                await beforeNextTry(failure, signal);
            }
        }
    }

    /** A job that has succeeded may be given more steps. */
    private async untilItGoesOn(signal: AbortSignal): Promise<void> {
        while (isOver(this.get().job)) {
            await sleep(3 * LOOK_EVERY, signal);
            this.set({ job: await getJob(this.id) });
        }
    }

    private take(name: string, data: unknown): void {
        if (name === 'metrics') {
            const row = data as Row;
            this.rows.set(row.step, row);
            this.later();
            return;
        }
        if (name === 'resumed') {
            // what came after its checkpoint is measured again
            const { step } = data as TrainingEvent;
            [...this.rows.keys()].filter(known => known > step).forEach(known => this.rows.delete(known));
        }
        clearTimeout(this.looking);
        this.looking = window.setTimeout(() => void this.look().catch(() => undefined), DRAW_EVERY);
    }

    private later(): void {
        this.drawing ||= window.setTimeout(() => this.draw(), DRAW_EVERY);
    }

    private draw(): void {
        this.drawing = 0;
        const rows = [...this.rows.values()].sort((a, b) => a.step - b.step);
        const last = rows[rows.length - 1];
        const { job } = this.get();
        this.set({ rows, job: job && last && job.state === 'running' ? progressed(job, last) : job, trouble: '', waits: false });
    }

    /** Asks for what the events don't say. */
    async look(): Promise<void> {
        const [job, samples, checkpoints] = await Promise.all([
            getJob(this.id),
            listSamples(this.id),
            listCheckpoints(this.id),
        ]);
        this.abort.signal.throwIfAborted();
        this.set({ job, samples: samples.samples.map(({ step }) => step), checkpoints: checkpoints.checkpoints });
    }
}

export function isOver(job: TrainingJob | null): boolean {
    return job !== null && ['succeeded', 'failed', 'cancelled'].includes(job.state);
}

/** The job as its newest row has it. */
function progressed(job: TrainingJob, row: Row): TrainingJob {
    const pace = row['images_per_s'] ?? null;
    const spec = job.spec as Record<string, unknown>;
    const images = (job.steps - row.step) * Number(spec['batch_size']) * Number(spec['gradient_accumulation'] ?? 1);
    const step = Math.max(job.step, row.step);
    return { ...job, step, loss: row['loss'] ?? null, images_per_s: pace, seconds_left: pace ? images / pace : null };
}
