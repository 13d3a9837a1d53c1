import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { makeSheet } from '../api/model-calls';
import { getSample } from '../api/training-calls';
import type { ModelVersion } from '../api/types';
import { Pending, textOf } from '../state/remote';
import { base } from '../ui/base';

const IMAGES = 16;

/**
 * What a version makes: the samples of its training if they are still there, else images that are made now. Making them loads the
 * version, so that is done at once only for one that is in memory.
 */
@customElement('st-version-picture')
export class VersionPicture extends LitElement {
    static override styles = [base, css`
        :host {
            display: block;
        }
        div {
            display: grid;
            place-content: center;
            justify-items: center;
            gap: 0.5rem;
            min-height: 6.5rem;
            padding: 0.5rem;
            border-radius: var(--round-small);
            font-size: var(--small);
            text-align: center;
            color: var(--muted);
            background: var(--sunken);
        }
        img {
            width: min(100%, 13rem);
            max-height: 16rem;
            object-fit: contain;
            border-radius: 0.3rem;
        }
    `];

    @property({ attribute: false }) version!: ModelVersion;
    @state() private url = '';
    @state() private told = '';
    @state() private making = false;
    private readonly pending = new Pending(this);

    override willUpdate(changed: Map<string, ModelVersion | undefined>): void {
        const before = changed.get('version');
        const { model, version } = this.version;
        if (changed.has('version') && (before?.model !== model || before.version !== version)) {
            void this.look(this.pending.begin());
        }
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        URL.revokeObjectURL(this.url);
    }

    private async look(signal: AbortSignal): Promise<void> {
        const { manifest, loaded, refused } = this.version;
        if (manifest?.run && manifest.step) {
            try {
                this.show(await getSample(manifest.run, manifest.step, signal), 'Samples of its training', signal);
                return;
            } catch {
                // no longer there, or not for this key
            }
        }
        if (loaded && !refused && !signal.aborted) {
            await this.make(signal);
        }
    }

    private async make(signal: AbortSignal): Promise<void> {
        this.making = true;
        try {
            const { model, version } = this.version;
            this.show(await makeSheet({ model, version, n: IMAGES, seed: 0 }, signal), 'Made now, seed 0', signal);
        } catch (failure) {
            if (!signal.aborted) {
                this.told = textOf(failure);
            }
        }
        this.making = false;
    }

    private show(picture: Blob, told: string, signal: AbortSignal): void {
        signal.throwIfAborted();
        URL.revokeObjectURL(this.url);
        this.url = URL.createObjectURL(picture);
        this.told = told;
    }

    override render() {
        const { version, refused } = this.version;
        return html`<div>
            ${this.url ? html`<img src=${this.url} alt="Images of version ${version}" />` : nothing}
            ${this.making ? 'Making images …' : this.told}
            ${this.url || this.making || refused
                ? nothing
                : html`<button @click=${() => this.make(this.pending.signal)}>Make images</button>`}
        </div>`;
    }
}
