import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { call } from '../api/http';
import { textOf } from '../state/remote';
import { base } from './base';

/** A picture of the service, which may want a key: an ordinary `img` can't send one. */
@customElement('st-remote-image')
export class RemoteImage extends LitElement {
    static override styles = [base, css`
        :host {
            display: block;
        }
        img {
            max-width: 100%;
            width: var(--image-width, auto);
            border-radius: var(--round-small);
        }
        p {
            padding: 1rem;
            border-radius: var(--round-small);
            font-size: var(--small);
            color: var(--muted);
            background: var(--sunken);
        }
    `];

    /** The path; a change loads another picture. */
    @property() path = '';
    @property() about = '';
    @state() private url = '';
    @state() private trouble = '';

    override willUpdate(changed: Map<string, unknown>): void {
        if (changed.has('path')) {
            void this.load(this.path);
        }
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        URL.revokeObjectURL(this.url);
        this.url = '';
    }

    override connectedCallback(): void {
        super.connectedCallback();
        if (this.hasUpdated) {
            void this.load(this.path);
        }
    }

    private async load(path: string): Promise<void> {
        try {
            const picture = await (await call(path, { headers: { Accept: 'image/png' } })).blob();
            if (path === this.path && this.isConnected) {
                URL.revokeObjectURL(this.url);
                this.url = URL.createObjectURL(picture);
                this.trouble = '';
            }
        } catch (failure) {
            this.url = '';
            this.trouble = textOf(failure);
        }
    }

    override render() {
        return this.url ? html`<img src=${this.url} alt=${this.about} />` : html`<p>${this.trouble || 'Loading …'}</p>`;
    }
}
