import { css, html, LitElement, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import { dataUrl, toBase64 } from '../api/base64';
import { contract } from '../api/contract';
import { change, means, settings } from '../state/settings';
import { Watching } from '../state/store';
import { openDialog } from '../state/view';
import { base } from '../ui/base';
import '../ui/drop-zone';
import type { PathFile } from '../ui/files';
import { icons } from '../ui/icons';
import './field';

/** The picture to start from, its mask, and how much of it is made anew. */
@customElement('st-start-picture')
export class StartPicture extends LitElement {
    static override styles = [base, css`
        .chosen {
            display: grid;
            grid-template-columns: 6rem 1fr;
            gap: 0.9rem;
            align-items: start;
        }
        .picture {
            position: relative;
            aspect-ratio: 1;
            border-radius: var(--round-small);
            overflow: hidden;
            background: var(--sunken);
        }
        .picture img {
            position: absolute;
            inset: 0;
            width: 100%;
            height: 100%;
            object-fit: contain;
        }
        .picture .mask {
            mix-blend-mode: screen;
            opacity: 0.45;
        }
        .buttons {
            display: grid;
            gap: 0.4rem;
        }
        .buttons button {
            justify-content: flex-start;
        }
        .fields {
            display: grid;
            gap: 0.6rem;
            margin-top: 0.75rem;
        }
    `];

    readonly watching = new Watching(this, settings, contract);

    override render() {
        const { values, wrong } = settings.get();
        const image = values['image'];
        return html`
            ${image === undefined
                ? html`<st-drop-zone
                      accept="image/*"
                      text="Start from a picture: drop one here, or choose a file"
                      @files=${this.take}
                  ></st-drop-zone>`
                : this.chosen(String(image), values['mask'])}
            ${['image', 'mask'].map(name => (wrong[name] ? html`<p class="wrong">${wrong[name].slice(0, 300)}</p>` : nothing))}
        `;
    }

    private chosen(image: string, mask: unknown) {
        return html`<div class="chosen">
                <div class="picture">
                    <img src=${dataUrl(image)} alt="The picture to start from" />
                    ${mask === undefined ? nothing : html`<img class="mask" src=${dataUrl(String(mask))} alt="Its mask" />`}
                </div>
                <div class="buttons">
                    ${means('mask')
                        ? html`<button @click=${() => openDialog('mask')}>${icons.paint} ${mask ? 'Change the mask' : 'Paint a mask'}</button>`
                        : nothing}
                    ${mask ? html`<button @click=${() => change({ mask: null })}>${icons.undo} Without a mask</button>` : nothing}
                    <button @click=${() => change({ image: null, mask: null, strength: null, resample: null, add_noise: null })}>
                        ${icons.close} Remove
                    </button>
                </div>
            </div>
            <div class="fields">
                ${means('strength') ? html`<st-field name="strength" empty=${mask ? '1' : '0.5'}></st-field>` : nothing}
                ${means('add_noise') || means('resample')
                    ? html`<st-field name=${mask ? 'resample' : 'add_noise'} empty=${mask ? '4' : ''}></st-field>`
                    : nothing}
            </div>`;
    }

    private async take({ detail: [first] }: CustomEvent<PathFile[]>): Promise<void> {
        if (first) {
            change({ image: await toBase64(first.file), mask: null });
        }
    }
}
