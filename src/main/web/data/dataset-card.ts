import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { deleteDataset, getDataset, previewPath } from '../api/dataset-calls';
import type { Dataset, DatasetLabel, PictureSize } from '../api/types';
import { fetchInto, Pending, remote } from '../state/remote';
import { Watching } from '../state/store';
import { go } from '../state/view';
import { confirmed } from '../ui/confirm';
import { bytes, count, several, time } from '../ui/format';
import { icons } from '../ui/icons';
import { attempt, notify } from '../ui/notice';
import { page } from '../ui/page';
import '../ui/remote-image';
import { factsOf, tableOf } from '../ui/tables';
import { troubleOf } from '../ui/trouble';

const CLASSES = 24;
const PICTURES = 96;
const SIDE = 64;

/** A data set: its pictures, its classes, and what was left out. Sends `changed` when it is deleted. */
@customElement('st-dataset-card')
export class DatasetCard extends LitElement {
    static override styles = [page, css`
        .classes button {
            min-height: 2rem;
            font-size: var(--small);
        }
    `];

    @property() name = '';
    @state() private label = '';
    @state() private all = false;
    private readonly pending = new Pending(this);
    private readonly asked = remote<Dataset>();
    readonly watching = new Watching(this, this.asked);

    override willUpdate(changed: Map<string, unknown>): void {
        if (changed.has('name')) {
            this.label = '';
            this.all = false;
            this.asked.set({ value: null, trouble: '', waits: false });
            void fetchInto(this.asked, () => getDataset(this.name), this.pending.begin()).catch(() => undefined);
        }
    }

    override render() {
        const dataset = this.asked.get().value;
        return html`${troubleOf(this.asked.get())}
        ${dataset ? this.card(dataset) : html`<p class="card muted">Loading …</p>`}`;
    }

    private card(dataset: Dataset) {
        const facts: [string, unknown][] = [
            ['Images', count(dataset.images)],
            ['Classes', dataset.labels.length || 'none'],
            ['Sizes', sizes(dataset.smallest, dataset.largest)],
            ['On disk', dataset.builtin ? 'painted when needed' : bytes(dataset.bytes)],
            ['Made', time(dataset.created) || 'built-in'],
        ];
        return html`<section class="card" aria-label="The data set">
                <div class="head">
                    <h2 class="large">${dataset.name}</h2>
                    <button class="primary" ?disabled=${dataset.problem !== null} @click=${() => go('train', `new ${dataset.name}`)}>
                        Train on it
                    </button>
                    ${dataset.builtin ? nothing : html`<button class="danger" @click=${this.delete}>${icons.trash} Delete</button>`}
                </div>
                ${dataset.problem ? html`<p class="trouble">${dataset.problem}</p>` : nothing}
                ${factsOf(facts)}
                ${this.leftOut(dataset)}
            </section>
            <section class="card" aria-label="Pictures">
                ${dataset.labels.length ? this.classes(dataset.labels) : nothing}
                <div class="scroll" tabindex="0" role="region" aria-label="The sheet">
                    <st-remote-image
                        path=${previewPath(dataset.name, PICTURES, SIDE, this.label)}
                        about="Some pictures of ${this.label || dataset.name}"
                    ></st-remote-image>
                </div>
            </section>`;
    }

    private classes(labels: DatasetLabel[]) {
        const button = (label: string, text: string) =>
            html`<button aria-pressed=${this.label === label} @click=${() => (this.label = label)}>${text}</button>`;
        return html`<div class="classes wrap" role="group" aria-label="Classes">
            ${button('', 'All')}
            ${labels.slice(0, this.all ? labels.length : CLASSES).map(({ name, images }) => button(name, `${name}, ${count(images)}`))}
            ${labels.length > CLASSES && !this.all
                ? html`<button class="plain" @click=${() => (this.all = true)}>${labels.length - CLASSES} more</button>`
                : nothing}
        </div>`;
    }

    private leftOut({ broken, broken_count, ignored, ignored_count }: Dataset) {
        return html`${broken_count
            ? html`<details>
                  <summary>${several(broken_count, 'picture')} can't be read</summary>
                  ${brokenTable(broken)}
              </details>`
            : nothing}
        ${ignored_count
            ? html`<details>
                  <summary>${several(ignored_count, 'file')} passed over, neither pictures nor labels</summary>
                  <ul class="small muted">
                      ${ignored.map(file => html`<li>${file}</li>`)}
                  </ul>
              </details>`
            : nothing}`;
    }

    private readonly delete = async () => {
        if (!(await confirmed(`Delete ${this.name}?`, 'Its pictures are gone for good.', 'Delete it'))) {
            return;
        }
        await attempt(async () => {
            await deleteDataset(this.name);
            notify(`${this.name} is deleted.`);
            go('data');
        });
        this.dispatchEvent(new Event('changed'));
    };
}

function sizes(smallest?: PictureSize | null, largest?: PictureSize | null): string {
    const text = (size: PictureSize) => `${size.width} × ${size.height}`;
    if (!smallest || !largest) {
        return 'any';
    }
    return text(smallest) === text(largest) ? text(smallest) : `${text(smallest)} … ${text(largest)}`;
}

/** Pictures that can't be read, and why. */
export function brokenTable(broken: { file: string; reason: string }[]) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Pictures that can't be read">
        ${tableOf(['File', 'Why'], broken.map(({ file, reason }) => [file, reason]))}
    </div>`;
}
