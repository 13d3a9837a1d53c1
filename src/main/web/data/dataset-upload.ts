import { css, html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { isArchive, uploadDataset } from '../api/dataset-calls';
import { Refusal } from '../api/http';
import { Pending, textOf } from '../state/remote';
import { go } from '../state/view';
import { progressBar, valueIn } from '../ui/controls';
import '../ui/drop-zone';
import { chosenFiles, type PathFile } from '../ui/files';
import { bytes, count } from '../ui/format';
import { notify } from '../ui/notice';
import { page } from '../ui/page';
import { brokenTable } from './dataset-card';

/** A new data set of a ZIP archive, of pictures, or of folders of pictures. Sends `changed` when it is there. */
@customElement('st-dataset-upload')
export class DatasetUpload extends LitElement {
    static override styles = [page, css`
        form {
            max-width: 44rem;
        }
        st-drop-zone {
            --drop-padding: 2.5rem 1rem;
        }
    `];

    @state() private files: PathFile[] = [];
    @state() private name = '';
    @state() private share: number | null = null;
    @state() private refusal: Refusal | null = null;
    @state() private trouble = '';
    @query('#folder') private folder!: HTMLInputElement;
    private readonly pending = new Pending(this);

    override render() {
        return html`<form class="card" @submit=${this.submitted}>
            <h2 class="large">A new data set</h2>
            <p class="muted small">
                A ZIP archive, pictures, or a folder. The first folder in the path of a picture is its class; a file
                <code>labels.csv</code> may name the classes instead. PNG, JPEG, WebP, GIF, BMP and TIFF are read.
            </p>
            <st-drop-zone
                accept=".zip,.csv,.json,.jsonl,image/*"
                multiple
                text=${this.told()}
                @files=${({ detail }: CustomEvent<PathFile[]>) => this.take(detail)}
            ></st-drop-zone>
            <input id="folder" type="file" webkitdirectory hidden @change=${() => this.take(chosenFiles(this.folder))} />
            <div class="wrap"><button type="button" @click=${() => this.folder.click()}>Choose a folder</button></div>
            <label class="named">
                Name
                <input
                    id="name"
                    required
                    pattern="[a-z0-9][a-z0-9._\\-]{0,63}"
                    title="Lower-case letters, digits, '.', '_' and '-', a letter or digit first"
                    autocomplete="off"
                    spellcheck="false"
                    .value=${this.name}
                    @input=${(event: Event) => (this.name = valueIn(event))}
                />
            </label>
            ${this.share === null
                ? html`<div class="wrap">
                      <button class="primary" ?disabled=${this.files.length === 0}>Upload</button>
                      <button type="button" @click=${() => go('data')}>Cancel</button>
                  </div>`
                : html`${progressBar('Upload', this.share)}
                      <div class="row">
                          <p class="grow small" role="status">
                              ${this.share < 1 ? `${Math.round(100 * this.share)} % is sent.` : 'All is sent. The service looks at each picture …'}
                          </p>
                          <button type="button" @click=${() => this.pending.begin()}>Cancel</button>
                      </div>`}
            ${this.refused()}
        </form>`;
    }

    private told(): string {
        if (this.files.length === 0) {
            return 'Drop a ZIP archive, pictures or folders here, or choose files';
        }
        const size = bytes(this.files.reduce((sum, { file }) => sum + file.size, 0));
        const [first] = this.files;
        return this.files.length === 1 && first ? `${first.path}, ${size}` : `${count(this.files.length)} files, ${size}`;
    }

    private refused() {
        if (!this.refusal) {
            return this.trouble ? html`<p class="trouble" role="alert">${this.trouble}</p>` : nothing;
        }
        const { problem } = this.refusal;
        const pictures = problem.type === '/problems/broken-pictures';
        const errors = (problem.errors ?? []).map(({ pointer, detail }) => {
            const file = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
            return { file, reason: detail.replace(`${file}: `, '') };
        });
        return html`<div class="trouble" role="alert">
                <strong>Nothing of the upload was kept.</strong> ${problem.detail || problem.title}
            </div>
            ${errors.length ? brokenTable(errors) : nothing}
            ${pictures
                ? html`<div class="wrap">
                      <button type="button" class="primary" @click=${() => this.send(true)}>Upload again without them</button>
                  </div>`
                : nothing}`;
    }

    /** The name of the archive or of the outer folder is as good as any. */
    private take(files: PathFile[]): void {
        this.files = files;
        this.refusal = null;
        this.trouble = '';
        const [first] = files;
        if (first && this.name === '') {
            const outer = isArchive(first.file) ? first.file.name.replace(/\.zip$/i, '') : first.path.includes('/') ? first.path.split('/')[0] : '';
            this.name = (outer ?? '').toLowerCase().replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '').slice(0, 64);
        }
    }

    private submitted(event: Event): void {
        event.preventDefault();
        void this.send(false);
    }

    private async send(skipBroken: boolean): Promise<void> {
        const signal = this.pending.begin();
        this.share = 0;
        this.refusal = null;
        this.trouble = '';
        try {
            const made = await uploadDataset(this.name.trim(), this.files, skipBroken, sent => (this.share = sent), signal);
            notify(`${made.name} is there: ${count(made.images)} images.`, 'good');
            this.dispatchEvent(new Event('changed'));
            go('data', made.name);
        } catch (failure) {
            if (failure instanceof Refusal && failure.problem.status !== 403) {
                this.refusal = failure;
            } else if (!signal.aborted) {
                this.trouble = textOf(failure);
            }
        }
        this.share = null;
    }
}
