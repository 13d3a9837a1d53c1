import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { cancelJob, deleteJob, getLog, pauseJob, resumeJob } from '../api/training-calls';
import type { TrainingCheckpoint, TrainingJob } from '../api/types';
import { keepFetching, Pending, remote } from '../state/remote';
import { Watching } from '../state/store';
import { go, view } from '../state/view';
import { confirmed } from '../ui/confirm';
import { options, progressBar, valueIn } from '../ui/controls';
import { count, duration, measure, time } from '../ui/format';
import { icons } from '../ui/icons';
import { attempt } from '../ui/notice';
import { page } from '../ui/page';
import { factsOf } from '../ui/tables';
import { troubleOf } from '../ui/trouble';
import { cursor } from './cursor';
import { type Feed, isOver, RunFeed } from './feed';
import { trainLike } from './form';
import './charts';
import './timeline';

const LOG_LINES = 60;
const LOG_EVERY = 3000;
const TONES: Record<string, string> = { running: 'good', succeeded: 'good', failed: 'bad', paused: 'warn' };

/** A training job as it goes: progress, samples, curves, log; perhaps with a second one beside it. */
@customElement('st-run-view')
export class RunView extends LitElement {
    static override styles = [page, css`
        pre {
            max-height: 16rem;
        }
        .beside {
            white-space: nowrap;
        }
        .more input {
            width: 8rem;
        }
    `];

    @property() run = '';
    /** The other jobs, one of which may be seen beside it. */
    @property({ attribute: false }) jobs: TrainingJob[] = [];
    @state() private busy = false;
    @state() private feed: RunFeed | null = null;
    @state() private second: RunFeed | null = null;
    private ends: (() => void)[] = [];
    private readonly pending = new Pending(this);
    private readonly log = remote<string>();
    readonly watching = new Watching(this, view, this.log, cursor);

    override willUpdate(changed: Map<string, unknown>): void {
        const { beside } = view.get();
        if (changed.has('run') || (this.second?.id ?? null) !== beside || !this.feed) {
            if (changed.has('run')) {
                cursor.set({ step: null });
            }
            this.begin(beside);
        }
    }

    private begin(beside: string | null): void {
        this.end();
        this.feed = new RunFeed(this.run);
        this.second = beside && beside !== this.run ? new RunFeed(beside) : null;
        this.ends = [this.feed, this.second].filter(feed => feed !== null).map(feed => feed.watch(() => this.requestUpdate()));
        this.log.set({ value: null, trouble: '', waits: false });
        void keepFetching(this.log, () => getLog(this.run, LOG_LINES), LOG_EVERY, this.pending.begin());
    }

    private end(): void {
        this.ends.forEach(end => end());
        this.feed?.stop();
        this.second?.stop();
        this.feed = null;
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.end();
    }

    override connectedCallback(): void {
        super.connectedCallback();
        this.requestUpdate();
    }

    override render() {
        const feed = this.feed?.get();
        if (!feed?.job) {
            return html`${feed ? troubleOf(feed) : nothing}
                <p class="card muted">${feed?.trouble ? nothing : 'Loading …'}</p>`;
        }
        const second = this.second?.get() ?? null;
        return html`${troubleOf(feed)} ${this.head(feed.job, feed.checkpoints)}
            <section class="card" aria-label="Timeline">
                <div class="head">
                    <h2 class="large">Samples</h2>
                    ${this.chooser()}
                </div>
                ${second ? troubleOf(second) : nothing}
                <st-timeline .feed=${feed} .other=${second} @changed=${() => this.feed?.look().catch(() => undefined)}></st-timeline>
            </section>
            <section class="card" aria-label="Curves">
                <h2 class="large">Curves</h2>
                ${feed.rows.length
                    ? html`<st-charts .rows=${feed.rows} .others=${second?.rows ?? []}></st-charts>`
                    : html`<p class="muted">Measurements come every twenty steps.</p>`}
            </section>
            ${this.papers(feed)}`;
    }

    private head(job: TrainingJob, checkpoints: TrainingCheckpoint[]) {
        const byHand = checkpoints.flatMap(({ published_version }) => published_version ?? []);
        const published = [...new Set([...job.published, ...byHand])].sort((a, b) => a - b);
        const facts: [string, unknown][] = [
            ['Step', `${count(job.step)} of ${count(job.steps)}`],
            ['Loss', measure(job.loss)],
            ['Images per second', measure(job.images_per_s)],
            ['Time left', job.seconds_left === null ? '–' : duration(job.seconds_left)],
            ['Data set', html`<button class="link" @click=${() => go('data', job.spec.dataset ?? null)}>${job.spec.dataset}</button>`],
            ['Published', published.length ? `version ${published.join(', ')}` : 'nothing yet'],
            ['Began', time(job.started) || '–'],
            ['Ended', time(job.ended) || '–'],
        ];
        return html`<section class="card" aria-label="The job">
            <div class="head">
                <h2 class="large">${job.spec.model} <span class="muted small">${job.id}</span></h2>
                <span class="chip ${TONES[job.state] ?? ''}" role="status">${job.wanted ? `${job.state}, soon ${job.wanted}` : job.state}</span>
                <span class="chip">${job.spec.kind ?? 'diffusion'}</span>
            </div>
            ${progressBar('Steps', job.step / job.steps)}
            ${job.error ? html`<p class="trouble">${job.error}</p>` : nothing}
            ${job.waiting ? html`<p class="trouble warn">${job.waiting}</p>` : nothing}
            ${job.warnings.map(warning => html`<p class="trouble warn">${warning}</p>`)}
            ${factsOf(facts)}
            ${this.actions(job, published.length > 0)}
        </section>`;
    }

    private actions(job: TrainingJob, hasVersions: boolean) {
        const can = (...states: string[]) => states.includes(job.state) && !job.wanted && !this.busy;
        const button = (text: string, enabled: boolean, task: () => Promise<unknown>) =>
            enabled ? html`<button @click=${() => this.work(task)}>${text}</button>` : nothing;
        return html`<div class="wrap">
            ${button('Pause', can('queued', 'running'), () => pauseJob(job.id))}
            ${button('Resume', can('paused', 'failed'), () => resumeJob(job.id, null))}
            ${can('succeeded', 'paused', 'failed')
                ? html`<form class="more wrap" @submit=${(event: Event) => this.goOn(event, job)}>
                      <label class="hidden" for="steps">All steps</label>
                      <input id="steps" type="number" min=${job.step + 1} .value=${String(job.steps * 2)} />
                      <button>Go on up to these steps</button>
                  </form>`
                : nothing}
            <button @click=${() => trainLike(job)}>Train like this</button>
            ${hasVersions ? html`<button @click=${() => go('models', job.spec.model ?? null)}>Its versions</button>` : nothing}
            ${can('queued', 'running', 'paused', 'failed')
                ? html`<button class="danger" @click=${() => this.cancel(job)}>Cancel</button>`
                : nothing}
            ${isOver(job) ? html`<button class="danger" @click=${() => this.delete(job)}>${icons.trash} Delete</button>` : nothing}
        </div>`;
    }

    private chooser() {
        const { beside } = view.get();
        const others = this.jobs.filter(({ id }) => id !== this.run);
        return html`<label class="beside row small">
            Beside it
            <select @change=${(event: Event) => view.set({ beside: valueIn(event) || null })}>
                ${options([['', 'no other'], ...others.map(({ id, spec }): [string, string] => [id, `${spec.model} · ${id}`])], beside ?? '')}
            </select>
        </label>`;
    }

    private papers({ job }: Feed) {
        return html`<section class="card" aria-label="Log">
            <h2 class="large">Log</h2>
            ${troubleOf(this.log.get())}
            <pre tabindex="0" role="log" aria-label="The last lines">${this.log.get().value || 'Nothing yet.'}</pre>
            <details>
                <summary>The specification</summary>
                <pre tabindex="0" aria-label="The specification">${JSON.stringify(job?.spec, null, 2)}</pre>
            </details>
        </section>`;
    }

    private goOn(event: Event, job: TrainingJob): void {
        event.preventDefault();
        const steps = Number((event.target as HTMLFormElement).querySelector('input')?.value);
        void this.work(() => resumeJob(job.id, steps));
    }

    private async cancel({ id }: TrainingJob): Promise<void> {
        const text = 'It can’t be resumed then. Its checkpoints, samples and versions stay.';
        if (await confirmed(`Cancel ${id}?`, text, 'Cancel the job')) {
            await this.work(() => cancelJob(id));
        }
    }

    private async delete({ id }: TrainingJob): Promise<void> {
        const text = 'Its checkpoints, samples, measurements and log are gone for good. Versions that it has published stay.';
        if (await confirmed(`Delete ${id}?`, text, 'Delete it')) {
            await this.work(async () => {
                await deleteJob(id);
                go('train');
            });
        }
    }

    private async work(task: () => Promise<unknown>): Promise<void> {
        this.busy = true;
        await attempt(task);
        this.busy = false;
        this.dispatchEvent(new Event('changed'));
        await this.feed?.look().catch(() => undefined);
    }
}
