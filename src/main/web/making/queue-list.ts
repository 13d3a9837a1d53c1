import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { cancel, inOrder, placeOf, prioritize, queue, type Request, secondsLeft } from '../state/queue';
import { Watching } from '../state/store';
import { base } from '../ui/base';
import { iconButton } from '../ui/controls';
import { several } from '../ui/format';
import { icons } from '../ui/icons';

/** The requests that are not over, in the order in which they go. */
@customElement('st-queue-list')
export class QueueList extends LitElement {
    static override styles = [base, css`
        ol {
            display: grid;
            gap: 0.5rem;
            max-height: 14.5rem;
            overflow: auto;
        }
        li {
            position: relative;
            display: grid;
            grid-template-columns: auto 1fr auto;
            align-items: center;
            gap: 0.75rem;
            padding: 0.5rem 0.5rem 0.6rem 0.6rem;
            border: 1px solid var(--line);
            border-radius: var(--round);
            background: var(--surface);
            overflow: hidden;
        }
        li.failed {
            border-color: var(--danger);
            background: var(--danger-soft);
        }
        li.paused {
            border-color: var(--warn);
            background: var(--warn-soft);
        }
        .thumb {
            width: 2.5rem;
            height: 2.5rem;
            border-radius: 0.35rem;
            background: var(--sunken);
            overflow: hidden;
        }
        .thumb img {
            width: 100%;
            height: 100%;
            object-fit: cover;
        }
        .what {
            overflow: hidden;
            text-overflow: ellipsis;
            white-space: nowrap;
            font-weight: 550;
        }
        .how {
            font-size: var(--small);
            color: var(--muted);
            font-variant-numeric: tabular-nums;
        }
        .failed .how {
            color: var(--danger);
        }
        .paused .how {
            color: var(--warn);
        }
        .buttons {
            display: flex;
        }
        progress {
            position: absolute;
            inset: auto 0 0;
            width: 100%;
            height: 3px;
            appearance: none;
            border: 0;
            background: transparent;
        }
        progress::-webkit-progress-bar {
            background: transparent;
        }
        progress::-webkit-progress-value {
            background: var(--accent);
            transition: inline-size var(--quick);
        }
        progress::-moz-progress-bar {
            background: var(--accent);
        }
    `];

    readonly watching = new Watching(this, queue);

    override render() {
        const requests = inOrder();
        if (!requests.length) {
            return nothing;
        }
        return html`<h2 class="hidden">Requests</h2>
            <ol>
                ${requests.map((request, place) => this.entry(request, place))}
            </ol>`;
    }

    private entry(request: Request, place: number) {
        const { fields, images } = request;
        const what = [fields['label'] ?? 'any label', several(images, 'image')].join(', ');
        const movable = request.done === 0 && request.state !== 'failed' && place > 0;
        return html`<li class=${request.state} aria-label=${what}>
            <div class="thumb">${request.previews[0] ? html`<img src=${request.previews[0]} alt="" />` : nothing}</div>
            <div class="grow">
                <p class="what">${what}</p>
                <p class="how" role=${request.state === 'failed' ? 'alert' : nothing}>${progressOf(request)}</p>
            </div>
            <div class="buttons">
                ${movable
                    ? html`${iconButton('Sooner', icons.arrowUp, () => prioritize(request.id, 1))}
                      ${iconButton('Later', icons.arrowDown, () => prioritize(request.id, -1))}`
                    : nothing}
                ${iconButton(request.state === 'failed' ? 'Dismiss' : 'Cancel', icons.close, () => cancel(request.id))}
            </div>
            ${request.total ? html`<progress aria-label="Progress" max=${request.total} .value=${request.done}></progress>` : nothing}
        </li>`;
    }
}

function progressOf(request: Request): string {
    if (request.note) {
        return request.note;
    }
    const seconds = secondsLeft(request);
    const left = seconds === null ? '' : ` · ${about(seconds)} left`;
    if (request.state === 'running') {
        return `step ${request.done} of ${request.total}${left}`;
    }
    const place = placeOf(request);
    return (place === 0 ? 'begins' : `place ${place + 1} in the queue`) + left;
}

/** Such as "about 3 s". */
function about(seconds: number): string {
    if (seconds < 1) {
        return 'less than 1 s';
    }
    return seconds < 90 ? `about ${Math.ceil(seconds)} s` : `about ${Math.ceil(seconds / 60)} min`;
}
