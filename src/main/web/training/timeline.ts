import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { publishCheckpoint, serveVersion } from '../api/model-calls';
import type { TrainingCheckpoint, TrainingJob } from '../api/types';
import { Watching } from '../state/store';
import { go } from '../state/view';
import { valueIn } from '../ui/controls';
import { count, measure } from '../ui/format';
import { attempt, notify } from '../ui/notice';
import { page } from '../ui/page';
import { cursor } from './cursor';
import type { Feed } from './feed';
import './sample-view';

/**
 * One cursor over the samples and the curves. Arrows to the left and right change the step, those up and down the sample. Sends
 * `changed` when it has published something.
 */
@customElement('st-timeline')
export class Timeline extends LitElement {
    static override styles = [page, css`
        :host {
            display: grid;
            gap: 0.9rem;
        }
        .both {
            display: grid;
            grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
            gap: 1.25rem;
        }
        .both h3 {
            margin-bottom: 0.5rem;
            font-size: var(--small);
            font-weight: 600;
            overflow-wrap: anywhere;
        }
        .rule {
            display: grid;
            grid-template-columns: 1fr auto;
            align-items: center;
            gap: 1rem;
        }
        .rule output {
            min-width: 7rem;
            text-align: right;
            font-variant-numeric: tabular-nums;
        }
    `];

    @property({ attribute: false }) feed!: Feed;
    @property({ attribute: false }) other: Feed | null = null;
    @state() private busy = '';
    readonly watching = new Watching(this, cursor);

    /** Every step that can be looked at. */
    private steps(): number[] {
        const { samples, checkpoints } = this.feed;
        return [...new Set([...samples, ...checkpoints.map(({ step }) => step)])].sort((a, b) => a - b);
    }

    override render() {
        const { job, samples } = this.feed;
        const steps = this.steps();
        if (!job || steps.length === 0) {
            return html`<p class="empty">Samples and checkpoints appear here as soon as there are any.</p>`;
        }
        const at = this.at(steps);
        const step = steps[at] ?? 0;
        return html`
            <div class="rule">
                <input
                    type="range"
                    aria-label="The step of the samples and the curves"
                    aria-valuetext="Step ${step}"
                    aria-describedby="keys"
                    min="0"
                    max=${steps.length - 1}
                    .value=${String(at)}
                    .style=${`--share: ${steps.length > 1 ? (100 * at) / (steps.length - 1) : 100}%`}
                    @input=${(event: Event) => cursor.set({ step: steps[Number(valueIn(event))] ?? null })}
                    @keydown=${this.pressed}
                />
                <output>step ${count(step)}</output>
            </div>
            <p id="keys" class="small muted"><kbd>←</kbd> <kbd>→</kbd> change the step, <kbd>↑</kbd> <kbd>↓</kbd> the sample.</p>
            <div class="both">
                <div>
                    ${this.other?.job ? html`<h3>${named(job)}</h3>` : nothing}
                    <st-sample-view run=${job.id} .step=${before(samples, step)}></st-sample-view>
                </div>
                ${this.other?.job
                    ? html`<div>
                          <h3>${named(this.other.job)}, step ${before(this.other.samples, step) ?? '–'}</h3>
                          <st-sample-view run=${this.other.job.id} .step=${before(this.other.samples, step)}></st-sample-view>
                      </div>`
                    : nothing}
            </div>
            ${this.checkpoint(job, step)}
        `;
    }

    /** The place of the cursor among the steps: the newest until somebody moves it. */
    private at(steps: number[]): number {
        const { step } = cursor.get();
        if (step === null) {
            return steps.length - 1;
        }
        const after = steps.findIndex(known => known > step);
        return Math.max(0, (after < 0 ? steps.length : after) - 1);
    }

    private readonly pressed = (event: KeyboardEvent) => {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (by !== undefined) {
            event.preventDefault();
            cursor.set({ sample: Math.max(0, cursor.get().sample + by) });
        }
    };

    private checkpoint(job: TrainingJob, step: number) {
        const checkpoint = this.feed.checkpoints.find(each => each.step === step);
        if (!checkpoint) {
            return html`<p class="small muted">There is no checkpoint at this step.</p>`;
        }
        const version = checkpoint.published_version;
        const cannot = !checkpoint.on_disk && version === null;
        return html`
            <div class="head">
                <p class="grow small">
                    Checkpoint of step ${count(step)}: loss ${measure(checkpoint.loss)}${checkpoint.quality === null
                        ? ''
                        : `, distance to the data ${measure(checkpoint.quality)}`}.
                    ${version === null
                        ? cannot
                            ? 'It was removed to save space, so it can no longer be published.'
                            : 'It is not published.'
                        : html`It is <button class="link" @click=${() => go('models', job.spec.model ?? null)}>version ${version}</button>.`}
                </p>
                <div class="wrap">
                    ${version === null
                        ? html`<button ?disabled=${cannot || this.busy !== ''} @click=${() => this.publish(job, step)}>Publish this one</button>`
                        : nothing}
                    <button class="primary" ?disabled=${cannot || this.busy !== ''} @click=${() => this.serve(job, checkpoint)}>
                        Serve this one
                    </button>
                </div>
            </div>
            <p class="small muted" role="status">${this.busy}</p>
        `;
    }

    private async publish(job: TrainingJob, step: number): Promise<number | null> {
        return this.work('Publishing …', async () => {
            const { model, version } = await publishCheckpoint(job.spec.model ?? '', job.id, step);
            notify(`Step ${count(step)} is version ${version} of ${model}. It serves when you say so.`, 'good');
            return version;
        });
    }

    private async serve(job: TrainingJob, checkpoint: TrainingCheckpoint): Promise<void> {
        const version = checkpoint.published_version ?? (await this.publish(job, checkpoint.step));
        if (version !== null) {
            await this.work(`Loading version ${version} …`, async () => {
                const { name } = await serveVersion(job.spec.model ?? '', version);
                notify(`${name} serves version ${version} now.`, 'good');
                return version;
            });
        }
    }

    private async work(text: string, task: () => Promise<number>): Promise<number | null> {
        this.busy = text;
        const done = await attempt(task);
        this.busy = '';
        this.dispatchEvent(new Event('changed'));
        return done;
    }
}

/** The last of these steps up to that one; the first if all are later; null for none. */
function before(steps: number[], step: number): number | null {
    return [...steps].reverse().find(known => known <= step) ?? steps[0] ?? null;
}

function named({ spec, id }: TrainingJob): string {
    return `${spec.model ?? ''} · ${id}`;
}
