import { css, html, LitElement } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { base } from './base';
import { chosenFiles, droppedFiles, type PathFile } from './files';
import { icons } from './icons';

/** Where files are dropped, or chosen after a click. Sends `files` with what came. */
@customElement('st-drop-zone')
export class DropZone extends LitElement {
    static override styles = [base, css`
        :host {
            display: block;
        }
        button {
            gap: 0.65rem;
            width: 100%;
            height: auto;
            min-height: 3.25rem;
            padding: var(--drop-padding, 0 0.8rem);
            border-style: dashed;
            border-color: var(--edge);
            border-radius: var(--round);
            white-space: normal;
            color: var(--muted);
            background: transparent;
        }
        .over,
        button:hover {
            border-color: var(--accent);
            color: var(--accent);
        }
    `];

    @property() text = '';
    /** The kinds of files that the chooser shows. */
    @property() accept = '';
    @property({ type: Boolean }) multiple = false;
    @state() private over = false;
    @query('input') private chooser!: HTMLInputElement;

    override render() {
        return html`<input type="file" accept=${this.accept} ?multiple=${this.multiple} hidden @change=${this.picked} />
            <button
                type="button"
                class="drop ${this.over ? 'over' : ''}"
                @click=${() => this.chooser.click()}
                @dragover=${this.dragged}
                @dragleave=${() => (this.over = false)}
                @drop=${this.dropped}
            >
                ${icons.picture} <span>${this.text}</span>
            </button>`;
    }

    private dragged(event: DragEvent): void {
        event.preventDefault();
        this.over = true;
    }

    private async dropped(event: DragEvent): Promise<void> {
        event.preventDefault();
        event.stopPropagation();
        this.over = false;
        if (event.dataTransfer) {
            this.tell(await droppedFiles(event.dataTransfer));
        }
    }

    private picked(): void {
        this.tell(chosenFiles(this.chooser));
    }

    private tell(files: PathFile[]): void {
        this.dispatchEvent(new CustomEvent<PathFile[]>('files', { detail: files }));
    }
}
