import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { contract } from '../api/contract';
import { listJobs } from '../api/training-calls';
import type { TrainingJob } from '../api/types';
import { Polling } from '../state/remote';
import { Watching } from '../state/store';
import { go, view } from '../state/view';
import { count, duration } from '../ui/format';
import { attempt } from '../ui/notice';
import { page } from '../ui/page';
import { troubleOf } from '../ui/trouble';
import './run-form';

const LOOK_EVERY = 3000;
const TONES: Record<string, string> = { running: 'good', failed: 'bad', paused: 'warn' };

/** The training jobs, one of them, and new ones. */
@customElement('st-training-section')
export class TrainingSection extends LitElement {
    static override styles = [page, css`
        .list .bar {
            width: 100%;
            margin-top: 0.25rem;
        }
        .list > button {
            place-items: center;
        }
    `];

    /** Jobs of further pages, which are older. */
    private older: TrainingJob[] = [];
    private next: string | null = null;
    private readonly polling = new Polling(this, () => listJobs(), LOOK_EVERY);
    readonly watching = new Watching(this, this.polling.store, view, contract);

    override render() {
        const { value } = this.polling.store.get();
        const jobs = [...(value?.jobs ?? []), ...this.older];
        const { item } = view.get();
        const isNew = item?.startsWith('new') ?? (value !== null && jobs.length === 0);
        const chosen = isNew ? null : (item ?? jobs[0]?.id ?? null);
        return html`<div class="page">
            <div class="head">
                <h1>Training</h1>
                ${isNew ? nothing : html`<button class="primary" @click=${() => go('train', 'new')}>New job</button>`}
            </div>
            ${troubleOf(this.polling.store.get())}
            <div class="split">
                <div>
                    <ul class="list" aria-label="All jobs">
                        ${jobs.map(job => html`<li>${this.entry(job, job.id === chosen)}</li>`)}
                    </ul>
                    ${value && jobs.length === 0 ? html`<p class="empty">There are no jobs yet.</p>` : nothing}
                    ${(this.older.length ? this.next : value?.next) ? html`<button @click=${this.more}>Show older jobs</button>` : nothing}
                </div>
                ${isNew ? this.form() : chosen ? this.run(chosen, jobs) : html`<p class="empty">Loading …</p>`}
            </div>
        </div>`;
    }

    private form() {
        const known = Object.keys(contract.get().fields).length > 0;
        return known ? html`<st-run-form @changed=${this.polling.again}></st-run-form>` : html`<p class="empty">Reading the contract …</p>`;
    }

    private run(id: string, jobs: TrainingJob[]) {
        void import('./run-view').catch(() => undefined); // the charts come with it
        return html`<st-run-view run=${id} .jobs=${jobs} @changed=${this.polling.again}></st-run-view>`;
    }

    private entry({ id, spec, state, step, steps, seconds_left, wanted }: TrainingJob, chosen: boolean) {
        const left = seconds_left === null ? '' : `, ${duration(seconds_left)} left`;
        return html`<button aria-current=${chosen} @click=${() => go('train', id)}>
            <strong>${spec.model}</strong>
            <span class="small muted">
                <span class="chip ${TONES[state] ?? ''}">${wanted ? `soon ${wanted}` : state}</span>
                ${count(step)} of ${count(steps)}${left}
            </span>
            <span class="small muted">${id}</span>
            ${state === 'running' ? html`<span class="bar" .style=${`--share: ${(100 * step) / steps}%`}></span>` : nothing}
        </button>`;
    }

    private readonly more = async () => {
        const jobs = [...(this.polling.store.get().value?.jobs ?? []), ...this.older];
        const page = await attempt(() => listJobs(jobs.at(-1)?.id ?? null));
        if (page) {
            this.older = [...this.older, ...page.jobs];
            this.next = page.next;
            this.requestUpdate();
        }
    };
}
