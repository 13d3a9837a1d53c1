import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { followEngines, metricsText } from '../api/engine-calls';
import { sleep } from '../api/http';
import type { EngineQueue, EngineSteps } from '../api/types';
import { beforeNextTry, isForGood, keepFetching, Pending, remote, textOf } from '../state/remote';
import { Watching } from '../state/store';
import { bytes, count, duration, measure } from '../ui/format';
import { page } from '../ui/page';
import { factsOf, tableOf } from '../ui/tables';
import { troubleOf } from '../ui/trouble';
import { colourOf, type SeenStep } from './lanes';
import './lanes';
import { mean, parse, quantile, rate, type Scrape, sum } from './metrics';

const SCRAPE_EVERY = 2000;
/** Latencies and rates are those of the last minute. */
const SCRAPES = 31;
const KEPT_MS = 9000;
const OUTCOMES = ['completed', 'rejected', 'late', 'cancelled', 'invalid', 'unavailable', 'failed'];

/** The engines at work: which requests ride in which step, the queue, latencies, and what was loaded. */
@customElement('st-engines-section')
export class EnginesSection extends LitElement {
    static override styles = [page, css`
        .tiles {
            display: grid;
            grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
            gap: 0.75rem;
        }
        .tiles div {
            padding: 0.8rem 1rem;
            border: 1px solid var(--line);
            border-radius: var(--round);
            background: var(--surface);
        }
        .tiles dt {
            font-size: var(--tiny);
            color: var(--muted);
        }
        .tiles dd {
            font-size: 1.25rem;
            font-weight: 600;
            font-variant-numeric: tabular-nums;
            letter-spacing: -0.01em;
        }
        .tiles small {
            display: block;
            font-size: var(--tiny);
            font-weight: 400;
            color: var(--muted);
        }
        .mark {
            display: inline-block;
            width: 0.8rem;
            height: 0.8rem;
            margin-right: 0.4rem;
            border-radius: 0.2rem;
            vertical-align: -0.1rem;
            background: var(--colour);
        }
    `];

    @state() private steps: SeenStep[] = [];
    @state() private queue: EngineQueue | null = null;
    @state() private followed = { trouble: '', waits: false };
    private scrapes: Scrape[] = [];
    private readonly pending = new Pending(this);
    private readonly asked = remote<Scrape>();
    readonly watching = new Watching(this, this.asked);

    override connectedCallback(): void {
        super.connectedCallback();
        this.tabIndex = 0; // nothing in it may take the focus, and it scrolls
        this.role = 'region';
        this.ariaLabel = 'Engines';
        const signal = this.pending.begin();
        void this.follow(signal).catch(() => undefined);
        void keepFetching(this.asked, () => this.scrape(), SCRAPE_EVERY, signal);
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        this.scrapes = [];
    }

    private async scrape(): Promise<Scrape> {
        const now = parse(await metricsText());
        const before = this.scrapes.at(-1);
        if (before && sum(now, 'stepwise_images_total') < sum(before, 'stepwise_images_total')) {
            this.scrapes = []; // another process
        }
        this.scrapes = [...this.scrapes, now].slice(-SCRAPES);
        return now;
    }

    private async follow(signal: AbortSignal): Promise<void> {
        while (!signal.aborted) {
            try {
                for await (const { name, data } of followEngines(signal)) {
                    this.followed = { trouble: '', waits: false };
                    if (name === 'steps') {
                        this.take(data as EngineSteps);
                    } else {
                        this.queue = data as EngineQueue;
                    }
                }
            } catch (failure) {
                signal.throwIfAborted();
                this.followed = { trouble: textOf(failure), waits: !isForGood(failure) };
                if (isForGood(failure)) {
                    return;
                }
                await beforeNextTry(failure, signal);
            }
            await sleep(500, signal);
        }
    }

    private take({ steps }: EngineSteps): void {
        const now = Date.now();
        const seen = steps.map(step => ({ ...step, ended: now - step.ago_ms }));
        this.steps = [...this.steps.filter(step => now - step.ended < KEPT_MS), ...seen];
    }

    override render() {
        return html`<div class="page">
            <div class="head"><h1>Engines</h1></div>
            ${troubleOf(this.followed)} ${troubleOf(this.asked.get())} ${this.tiles()}
            <section class="card" aria-label="Steps">
                <div class="head">
                    <h2 class="large">Steps as they happen</h2>
                    <p class="small muted">
                        Each bar is a step: as wide as it took, as high as the batch was full. A colour is a request.
                    </p>
                </div>
                <st-lanes engines=${this.queue?.engines ?? 1} .steps=${this.steps}></st-lanes>
            </section>
            ${this.requests()}
            <div class="split even">${this.outcomes()} ${this.loads()}</div>
        </div>`;
    }

    private tiles() {
        const [first] = this.scrapes;
        const now = this.scrapes.at(-1);
        if (!first || !now) {
            return html`<p class="muted">Reading the metrics …</p>`;
        }
        const seconds = (value: number | null) =>
            value === null ? '–' : value < 1 ? `${rounded(1000 * value, 2)} ms` : `${rounded(value, 3)} s`;
        const latency = (name: string) => [0.5, 0.95].map(share => seconds(quantile(first, now, name, share)));
        const [wait, longWait] = latency('stepwise_generation_queue_seconds');
        const [time, longTime] = latency('stepwise_generation_seconds');
        const busy = rate(first, now, 'stepwise_step_seconds_sum') / Math.max(1, sum(now, 'stepwise_engines'));
        const known = first !== now;
        const full = mean(first, now, 'stepwise_step_occupancy_ratio');
        const tiles: [string, unknown, unknown][] = [
            ['Engines busy', known ? `${Math.round(100 * Math.min(1, busy))} %` : '–', `of ${sum(now, 'stepwise_engines')}`],
            ['Batches full', full === null ? '–' : `${Math.round(100 * full)} %`, rows(mean(first, now, 'stepwise_step_rows'))],
            ['Images per second', !known ? '–' : rounded(rate(first, now, 'stepwise_images_total'), 3), 'made'],
            ['Queue', count(sum(now, 'stepwise_queue_requests')), `${sum(now, 'stepwise_queue_images')} of ${sum(now, 'stepwise_queue_capacity')} images`],
            ['Queue is empty in', duration(sum(now, 'stepwise_queue_drain_seconds')), 'without new requests'],
            ['Wait, median', wait, `p95 ${longWait}`],
            ['Request, median', time, `p95 ${longTime}`],
            ['Memory', bytes(sum(now, 'stepwise_process_resident_bytes')), `of ${bytes(sum(now, 'stepwise_memory_limit_bytes'))}`],
        ];
        return html`<dl class="tiles">
            ${tiles.map(
                ([term, value, more]) => html`<div>
                    <dt>${term}</dt>
                    <dd>${value} <small>${more}</small></dd>
                </div>`,
            )}
        </dl>`;
    }

    private requests() {
        const requests = this.queue?.requests ?? [];
        return html`<section class="card" aria-label="Queue">
            <h2 class="large">Queue</h2>
            ${requests.length === 0
                ? html`<p class="muted">${this.queue ? 'Nothing waits, and nothing is being made.' : '–'}</p>`
                : html`<div class="scroll" tabindex="0" role="region" aria-label="Requests">
                      ${tableOf(
                          ['Request', 'Model', 'Label', '#Images', '#Steps', '#Priority', '#Rows left', '#For', 'State'],
                          requests.slice(0, 20).map(each => [
                              html`<i class="mark" .style=${`--colour: ${colourOf(each.id)}`}></i>${each.id}`,
                              each.model,
                              each.label ?? 'any',
                              each.images,
                              each.steps,
                              each.priority,
                              count(each.rows_left),
                              duration(each.waited_ms / 1000),
                              each.begun ? html`<span class="chip good">in work</span>` : html`<span class="chip">waits</span>`,
                          ]),
                      )}
                  </div>`}
            ${requests.length > 20 ? html`<p class="small muted">and ${requests.length - 20} more</p>` : nothing}
        </section>`;
    }

    private outcomes() {
        const now = this.scrapes.at(-1);
        return html`<section class="card" aria-label="Requests since the start">
            <h2 class="large">Requests since the start</h2>
            ${now
                ? factsOf([
                      ...OUTCOMES.map((outcome): [string, unknown] => [outcome, count(sum(now, 'stepwise_generations_total', { outcome }))]),
                      ['failures of engines', count(sum(now, 'stepwise_engine_failures_total'))],
                  ])
                : nothing}
        </section>`;
    }

    private loads() {
        const now = this.scrapes.at(-1);
        const models = [...new Set(now?.samples.filter(({ name }) => name === 'stepwise_reloads_total').map(({ labels }) => labels['model'] ?? '') ?? [])];
        return html`<section class="card" aria-label="Versions that were loaded">
            <h2 class="large">Versions that were loaded</h2>
            ${now && models.length
                ? tableOf(
                      ['Model', '#Serves', '#Loaded', '#Refused', '#Mean time'],
                      models.map(model => {
                          const loads = sum(now, 'stepwise_reload_seconds_count', { model });
                          return [
                              model,
                              sum(now, 'stepwise_model_version', { model }) || '–',
                              sum(now, 'stepwise_reloads_total', { model, outcome: 'loaded' }),
                              sum(now, 'stepwise_reloads_total', { model, outcome: 'refused' }),
                              loads ? `${rounded(sum(now, 'stepwise_reload_seconds_sum', { model }) / loads, 2)} s` : '–',
                          ];
                      }),
                  )
                : html`<p class="muted">None yet.</p>`}
        </section>`;
    }
}

function rows(mean: number | null): string {
    return mean === null ? 'no steps' : `${rounded(mean, 2)} rows a step`;
}

function rounded(value: number, digits: number): string {
    return measure(Number(value.toPrecision(digits)));
}
