import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { verify } from '../api/calls';
import type { Verification } from '../api/types';
import { choose, fileName, gallery, keep, type Picture, urlOf } from '../gallery/gallery';
import { textOf } from '../state/remote';
import { Watching } from '../state/store';
import { openDialog } from '../state/view';
import { base } from '../ui/base';
import { iconButton } from '../ui/controls';
import { icons } from '../ui/icons';
import { save } from '../ui/save';
import { again, discard, reuse, startFrom } from './actions';

/** What can be done with a picture. */
@customElement('st-picture-actions')
export class PictureActions extends LitElement {
    static override styles = [base, css`
        .bar {
            justify-content: center;
        }
        .icons {
            display: flex;
        }
        .verdict {
            display: flex;
            align-items: center;
            justify-content: center;
            gap: 0.5rem;
            width: fit-content;
            max-width: 100%;
            margin: 0 auto 0.75rem;
            padding: 0.5rem 0.9rem;
            border-radius: var(--round);
            font-size: var(--small);
            color: var(--tone, var(--muted));
            background: var(--soft, var(--sunken));
        }
        details {
            max-width: 34rem;
            margin: 0.5rem auto 0;
            font-size: var(--small);
        }
        summary {
            text-align: center;
            color: var(--muted);
        }
        dl {
            display: grid;
            grid-template-columns: auto 1fr;
            gap: 0.25rem 1rem;
            padding: 0.75rem 0;
        }
        dt {
            color: var(--muted);
        }
        dd {
            overflow-wrap: anywhere;
            font-family: var(--mono);
            font-size: var(--tiny);
            line-height: 1.6;
        }
    `];

    @property({ attribute: false }) picture!: Picture;
    @state() private verdict: { of: string; tone: string; text: string } | null = null;
    readonly watching = new Watching(this, gallery);

    override render() {
        const { picture } = this;
        const chosen = gallery.get().chosen.includes(picture.id);
        const verdict = this.verdict?.of === picture.id ? this.verdict : null;
        return html`
            <div role="status">
                ${verdict ? html`<p class="verdict ${verdict.tone}">${icons.shield} ${verdict.text}</p>` : nothing}
            </div>
            <div class="bar wrap" role="toolbar" aria-label="What to do with this image">
                <button @click=${() => again(picture)} title="The same with another seed (A)">${icons.again} Again</button>
                <button @click=${() => openDialog('variations')} title="Images near this one (V)">${icons.wand} Variations</button>
                <button @click=${() => startFrom(picture.png)} title="Start from this picture">${icons.picture} Start from it</button>
                <button @click=${() => reuse(picture)} title="Bring its settings back (S)">${icons.sliders} Settings</button>
                <button @click=${() => openDialog('code')} title="The same in other programs (C)">${icons.code} Code</button>
                <button @click=${this.verify} title="Make it again and compare">${icons.shield} Verify</button>
                <span class="icons">
                    ${iconButton('Keep', picture.kept ? icons.starred : icons.star, () => keep(picture.id, !picture.kept), { keys: 'K', pressed: picture.kept })}
                    ${iconButton('Choose to compare', icons.compare, () => choose(picture.id), { keys: 'X', pressed: chosen })}
                    ${iconButton('Download', icons.download, () => save(urlOf(picture), fileName(picture)))}
                    ${iconButton('Delete', icons.trash, () => discard([picture.id]), { keys: 'Delete', danger: true })}
                </span>
            </div>
            <details>
                <summary>How it was made</summary>
                <dl>
                    ${Object.entries(picture.parameters).map(
                        ([name, value]) => html`<dt>${name}</dt>
                            <dd>${shortened(value)}</dd>`,
                    )}
                </dl>
            </details>
        `;
    }

    private readonly verify = async () => {
        const { picture } = this;
        const say = (tone: string, text: string) => (this.verdict = { of: picture.id, tone, text });
        say('', 'The service makes it again …');
        try {
            const found = await verify(picture.png);
            say(found.match ? 'good' : 'bad', words(found));
        } catch (failure) {
            say('bad', textOf(failure));
        }
    };
}

function words(found: Verification): string {
    const by = `${found.model} version ${found.version}`;
    if (found.match) {
        return `Match: ${by} makes this file again, byte for byte.`;
    }
    return found.pixels_match
        ? `The pixels match, but the file differs from what ${by} writes.`
        : `Mismatch: ${by} makes another picture (largest difference ${found.largest_difference ?? 'in size'}).`;
}

function shortened(value: unknown): string {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return text.length > 90 ? `${text.slice(0, 90)}… (${text.length} characters)` : text;
}
