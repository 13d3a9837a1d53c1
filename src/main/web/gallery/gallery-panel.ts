import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { current, discard, look, reuse } from '../making/actions';
import { Watching } from '../state/store';
import { openDialog, view } from '../state/view';
import { base } from '../ui/base';
import { iconButton } from '../ui/controls';
import { icons } from '../ui/icons';
import { notify } from '../ui/notice';
import { saveFile } from '../ui/save';
import { addFile, choose, gallery, keep, type Picture, urlOf } from './gallery';

const PAGE = 120;

/** The pictures that this browser keeps. */
@customElement('st-gallery-panel')
export class GalleryPanel extends LitElement {
    static override styles = [base, css`
        :host {
            display: flex;
            flex-direction: column;
            gap: 0.75rem;
            min-height: 100%;
            padding: 1.25rem 1rem;
        }
        header {
            display: flex;
            align-items: center;
        }
        h2 {
            flex: 1;
            font-size: 1rem;
            white-space: nowrap;
            color: var(--ink);
        }
        h2 span {
            font-weight: 400;
            color: var(--muted);
        }
        .filter button {
            min-height: 1.9rem;
            padding: 0 0.5rem;
            font-size: var(--small);
        }
        ul {
            display: grid;
            grid-template-columns: repeat(auto-fill, minmax(5.25rem, 1fr));
            gap: 0.5rem;
        }
        li {
            position: relative;
        }
        .open img {
            object-fit: cover;
        }
        .open[aria-current='true'] {
            box-shadow: 0 0 0 3px var(--accent);
        }
        .mini {
            position: absolute;
            top: 0.25rem;
            width: 1.6rem;
            min-height: 1.6rem;
            padding: 0;
            border: 0;
            border-radius: 0.35rem;
            color: #fff;
            background: #0009;
            opacity: 0;
        }
        .mini svg {
            width: 0.95rem;
        }
        .mini:hover {
            background: #000c;
        }
        .mini[aria-pressed='true'] {
            color: var(--on-accent);
            background: var(--accent);
        }
        li:hover .mini,
        .mini:focus-visible,
        .mini[aria-pressed='true'] {
            opacity: 1;
        }
        @media (hover: none) {
            .mini {
                opacity: 1;
            }
        }
        .mini.keep {
            left: 0.25rem;
        }
        .mini.choose {
            right: 0.25rem;
        }
        .chosen {
            position: sticky;
            bottom: 0.5rem;
            padding: 0.5rem;
            border: 1px solid var(--line);
            border-radius: var(--round);
            background: var(--raised);
            box-shadow: var(--shadow);
        }
        .chosen .small {
            flex-basis: 100%;
            padding: 0 0.25rem;
        }
        .chosen button:not(.icon) {
            flex: 1;
        }
    `];

    @state() private onlyKept = false;
    @state() private most = PAGE;
    @query('input[type=file]') private files!: HTMLInputElement;
    readonly watching = new Watching(this, gallery, view);

    override render() {
        const { pictures, chosen, trouble } = gallery.get();
        const shown = this.onlyKept ? pictures.filter(picture => picture.kept) : pictures;
        return html`
            <header>
                <h2>Gallery <span>${shown.length}</span></h2>
                <div class="filter row" role="group" aria-label="Which pictures">
                    <button class="plain" aria-pressed=${this.onlyKept} @click=${() => (this.onlyKept = !this.onlyKept)}>
                        ${icons.star} Kept
                    </button>
                </div>
                ${iconButton('Open a picture made here', icons.picture, () => this.files.click())}
                ${iconButton('Download all as ZIP', icons.download, () => zip(shown), { disabled: !shown.length })}
            </header>
            <input type="file" accept="image/png" multiple hidden @change=${this.picked} />
            ${trouble ? html`<p class="wrong">${trouble}</p>` : nothing}
            ${shown.length ? this.list(shown) : this.empty()} ${chosen.length ? this.choice(chosen) : nothing}
        `;
    }

    private list(pictures: Picture[]) {
        const seen = current()?.id;
        const entry = (picture: Picture) => html`<li>
            <button
                class="cell open"
                aria-label=${`${picture.label ?? 'Image'}, seed ${picture.seed}`}
                aria-current=${picture.id === seen}
                @click=${() => look(picture)}
            >
                <img src=${urlOf(picture)} alt="" loading="lazy" />
            </button>
            <button class="mini keep" aria-label="Keep" aria-pressed=${picture.kept} @click=${() => keep(picture.id, !picture.kept)}>
                ${picture.kept ? icons.starred : icons.star}
            </button>
            <button
                class="mini choose"
                aria-label="Choose"
                aria-pressed=${gallery.get().chosen.includes(picture.id)}
                @click=${() => choose(picture.id)}
            >
                ${icons.check}
            </button>
        </li>`;
        return html`<ul>
                ${repeat(pictures.slice(0, this.most), picture => picture.id, entry)}
            </ul>
            ${pictures.length > this.most
                ? html`<button @click=${() => (this.most += PAGE)}>Show more</button>`
                : nothing}`;
    }

    private empty() {
        return html`<p class="empty">
            ${this.onlyKept
                ? 'Pictures with a star are shown here.'
                : 'What you make stays here, in this browser. Drop a picture made here to get its settings back.'}
        </p>`;
    }

    private choice(chosen: string[]) {
        const pictures = gallery.get().pictures.filter(picture => chosen.includes(picture.id));
        return html`<div class="chosen wrap" role="toolbar" aria-label="The chosen pictures">
            <span class="small">${chosen.length} chosen</span>
            <button ?disabled=${chosen.length !== 2} @click=${() => openDialog('compare')} title="Compare two pictures">
                ${icons.compare} Compare
            </button>
            ${iconButton('Download the chosen', icons.download, () => zip(pictures))}
            ${iconButton('Delete the chosen', icons.trash, () => discard(chosen), { danger: true })}
            ${iconButton('Choose none', icons.close, () => gallery.set({ chosen: [] }))}
        </div>`;
    }

    private async picked(): Promise<void> {
        await openFiles([...(this.files.files ?? [])]);
        this.files.value = '';
    }
}

/** Opens pictures that were made here once: they go to the gallery, and the last one's settings into the panel. */
export async function openFiles(files: File[]): Promise<void> {
    let last: Picture | null = null;
    for (const file of files) {
        last = await addFile(file);
        if (!last) {
            notify(`${file.name} doesn't say how it was made. Only PNG files of this service do.`, 'bad');
        }
    }
    if (last) {
        look(last);
        reuse(last);
    }
}

async function zip(pictures: Picture[]): Promise<void> {
    const { zipOf } = await import('./zip');
    saveFile(await zipOf(pictures), 'stepwise.zip');
}
