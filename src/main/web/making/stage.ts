import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { find, gallery, type Picture, urlOf } from '../gallery/gallery';
import { inOrder, queue, type Request } from '../state/queue';
import { Watching } from '../state/store';
import { view } from '../state/view';
import { base } from '../ui/base';
import { icons } from '../ui/icons';
import { current, look } from './actions';
import './queue-list';

/** What is being made, or the pictures that somebody looks at. */
@customElement('st-stage')
export class Stage extends LitElement {
    static override styles = [base, css`
        :host {
            display: flex;
            flex-direction: column;
            gap: 1rem;
            min-height: 100%;
            padding: 1.25rem;
        }
        .pictures {
            flex: 1;
            display: grid;
            grid-template-columns: repeat(var(--columns, 1), minmax(0, 1fr));
            gap: 0.75rem;
            place-content: center;
            width: min(100%, calc(100dvh - var(--beside, 19rem)), 46rem);
            min-width: min(100%, 18rem);
            margin: 0 auto;
        }
        .cell {
            position: relative;
            border-radius: var(--round);
        }
        .making::after {
            content: '';
            position: absolute;
            inset: 0;
            background: linear-gradient(100deg, transparent 30%, #ffffff2b 50%, transparent 70%) 0 / 300% 100%;
            animation: sweep 1.8s infinite linear;
        }
        @keyframes sweep {
            from {
                background-position: 130% 0;
            }
            to {
                background-position: -30% 0;
            }
        }
        @media (prefers-reduced-motion: reduce) {
            .making::after {
                animation: none;
                background: none;
            }
        }
        .caption {
            text-align: center;
            font-size: var(--small);
            color: var(--muted);
        }
        .caption strong {
            color: var(--ink);
            font-weight: 600;
        }
        .empty {
            border: 0;
            flex: 1;
            display: grid;
            place-content: center;
            justify-items: center;
            gap: 0.75rem;
            padding: 2rem 1rem;
            text-align: center;
            color: var(--muted);
        }
        .empty .mark {
            display: grid;
            grid-template-columns: repeat(4, 1.6rem);
            gap: 0.3rem;
            margin-bottom: 0.75rem;
        }
        .mark i {
            height: 1.6rem;
            border-radius: 0.35rem;
            background: var(--accent);
            opacity: 0.16;
        }
        .mark i:nth-child(3n + 1) {
            opacity: 0.32;
        }
        .mark i:nth-child(5n + 2) {
            opacity: 0.6;
        }
        .mark i:nth-child(7n) {
            opacity: 0.95;
        }
        .empty h2 {
            font-size: 1.375rem;
            letter-spacing: -0.01em;
            color: var(--ink);
        }
        .empty p {
            max-width: 26rem;
        }
        .back {
            align-self: center;
        }
    `];

    readonly watching = new Watching(this, gallery, queue, view);

    override render() {
        const making = view.get().following ? inOrder().find(request => request.state !== 'failed') : undefined;
        return html`
            <st-queue-list></st-queue-list>
            <div class="hidden" role="status">${making ? 'Images are being made.' : this.told()}</div>
            ${making ? this.making(making) : this.made()}
        `;
    }

    private told(): string {
        const { length } = gallery.get().shown;
        return length === 0 ? '' : length === 1 ? 'The image is made.' : `${length} images are made.`;
    }

    private making(request: Request) {
        const cells = Array.from({ length: request.images }, (_, i) => request.previews[i] ?? '');
        return this.grid(
            cells.map(
                (preview, i) => html`<div class="cell making">
                    ${preview ? html`<img src=${preview} alt="Image ${i + 1}, not finished" />` : nothing}
                </div>`,
            ),
        );
    }

    private made() {
        const selected = current();
        if (selected) {
            return this.single(selected);
        }
        const pictures = gallery.get().shown.map(find).filter(picture => picture !== undefined);
        return pictures.length
            ? html`${this.grid(pictures.map(this.cell))}
                  <p class="caption">Choose one to see it large.</p>`
            : this.empty();
    }

    private readonly cell = (picture: Picture) => html`<button
        class="cell"
        aria-label="Image ${picture.index}${picture.label ? `, ${picture.label}` : ''}, look at it"
        @click=${() => look(picture)}
    >
        <img src=${urlOf(picture)} alt="" />
    </button>`;

    /** @param beside the height of all else that has to be seen with it */
    private grid(cells: unknown[], beside = '19rem') {
        const columns = Math.ceil(Math.sqrt(cells.length));
        return html`<div class="pictures" .style=${`--columns: ${columns}; --beside: ${beside}`}>${cells}</div>`;
    }

    private single(picture: Picture) {
        const { shown } = gallery.get();
        const { parameters } = picture;
        void import('./picture-actions');
        const facts = [
            `${picture.model} ${picture.version}`,
            parameters['sampler'] ? `${parameters['sampler']}, ${parameters['steps'] ?? '?'} steps` : '',
            `seed ${picture.seed}${picture.index ? `, image ${picture.index}` : ''}`,
            picture.seconds === null ? '' : `${picture.seconds.toFixed(2)} s`,
        ].filter(Boolean);
        return html`
            ${shown.length > 1
                ? html`<button class="back" @click=${() => view.set({ selected: null })}>
                      ${icons.gallery} All ${shown.length}
                  </button>`
                : nothing}
            ${this.grid(
                [html`<div class="cell"><img src=${urlOf(picture)} alt="Image${picture.label ? ` of ${picture.label}` : ''}" /></div>`],
                shown.length > 1 ? '24rem' : '21rem',
            )}
            <p class="caption numbers"><strong>${picture.label ?? 'Any label'}</strong> · ${facts.join(' · ')}</p>
            <st-picture-actions .picture=${picture}></st-picture-actions>
        `;
    }

    private empty() {
        return html`<div class="empty">
            <div class="mark" aria-hidden="true">${Array.from({ length: 16 }, () => html`<i></i>`)}</div>
            <h2>Images out of noise, one step at a time</h2>
            <p>Choose a label or none, and press <strong>Generate</strong>. The same seed gives the same image.</p>
            <p class="small"><kbd>Ctrl</kbd> <kbd>Enter</kbd> generates, <kbd>?</kbd> shows all keys</p>
        </div>`;
    }
}
