import { html, LitElement, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { contract, loadContract } from '../api/contract';
import { session, sleep } from '../api/http';
import { gallery, openGallery } from '../gallery/gallery';
import { generate } from '../making/actions';
import type { SettingsPanel } from '../making/settings-panel';
import '../making/settings-panel';
import '../making/stage';
import { loadModels } from '../state/models';
import { switchTheme } from '../state/preferences';
import { queue } from '../state/queue';
import { textOf } from '../state/remote';
import { keepSettings } from '../state/settings';
import { Watching } from '../state/store';
import { go, openDialog, view } from '../state/view';
import { base } from '../ui/base';
import { iconButton } from '../ui/controls';
import { icons } from '../ui/icons';
import { layout } from './layout';
import './notices';
import { dialogs, sections } from './sections';
import { offerShortcuts } from './shortcuts';

/** The whole page: what is above, the three parts of making images, and the dialogs. */
@customElement('st-app')
export class App extends LitElement {
    static override styles = [base, layout];

    @state() private trouble = '';
    @state() private dragging = false;
    @query('st-settings-panel') private settingsPanel!: SettingsPanel;
    readonly watching = new Watching(this, view, session, queue, gallery, contract);

    override connectedCallback(): void {
        super.connectedCallback();
        addEventListener('dragover', this.dragged);
        addEventListener('dragleave', this.dragEnded);
        addEventListener('drop', this.dropped);
        offerShortcuts(() => this.settingsPanel.focus());
        void this.begin();
    }

    override disconnectedCallback(): void {
        super.disconnectedCallback();
        removeEventListener('dragover', this.dragged);
        removeEventListener('dragleave', this.dragEnded);
        removeEventListener('drop', this.dropped);
    }

    /** Reads what the page needs from the service, and the models again whenever the service was away. */
    private async begin(): Promise<void> {
        void openGallery();
        void import('../gallery/gallery-panel'); // the rest of the page is seen without it
        await this.untilItSucceeds(loadContract);
        keepSettings();
        await this.untilItSucceeds(loadModels);
        session.watch(now => now.reachable && void loadModels().catch(() => undefined));
    }

    private async untilItSucceeds(task: () => Promise<void>): Promise<void> {
        for (;;) {
            try {
                await task();
                this.trouble = '';
                return;
            } catch (failure) {
                this.trouble = textOf(failure);
                await sleep(1000);
                await session.until(now => now.reachable);
            }
        }
    }

    override render() {
        const { section, part } = view.get();
        const { reachable, keyWanted } = session.get();
        return html`
            ${this.header()}
            ${reachable && !this.trouble
                ? nothing
                : html`<p class="away" role="alert">
                      ${reachable ? this.trouble : 'The service does not answer. The page goes on as soon as it is back.'}
                  </p>`}
            <main class=${`part-${part}`} ?data-dragging=${this.dragging}>
                ${sections.get(section)?.render() ?? this.making()}
            </main>
            ${sections.get(section)?.render() ? nothing : this.bottomBar()} ${this.dialog()}
            ${keyWanted ? this.keyDialog() : nothing}
            <st-notices></st-notices>
        `;
    }

    private making() {
        const known = Object.keys(contract.get().fields).length > 0;
        return html`
            <h1 class="hidden">Make images</h1>
            <section class="settings" aria-label="Settings">
                ${known ? html`<st-settings-panel></st-settings-panel>` : html`<p class="loading">Reading the contract …</p>`}
            </section>
            <section class="stage" id="stage" aria-label="Picture" tabindex="-1"><st-stage></st-stage></section>
            <section class="gallery" aria-label="Gallery"><st-gallery-panel></st-gallery-panel></section>
        `;
    }

    private header() {
        const { section } = view.get();
        const { hasKey, reachable } = session.get();
        return html`<header>
            <button class="skip" @click=${this.skip}>To the picture</button>
            <a class="brand" href="#" @click=${this.home}><img src="/studio.svg" alt="" width="28" height="28" /> Stepwise</a>
            <nav aria-label="Parts of the page">
                ${[...sections].map(
                    ([name, { title }]) => html`<button
                        class="plain"
                        aria-current=${section === name ? 'page' : nothing}
                        @click=${() => go(name)}
                    >
                        ${title}
                    </button>`,
                )}
            </nav>
            <span class="grow"></span>
            <a class="contract" href="/q/swagger-ui/">API</a>
            ${hasKey ? iconButton('Change the key', icons.key, () => session.set({ keyWanted: true })) : nothing}
            ${iconButton('Light or dark', icons.theme, switchTheme, { keys: 'T' })}
            ${iconButton('Help', icons.help, () => openDialog('help'), { keys: '?' })}
            <span class="state ${reachable ? '' : 'off'}" title=${reachable ? 'The service answers' : 'The service does not answer'}></span>
        </header>`;
    }

    private bottomBar() {
        const { part } = view.get();
        const waiting = queue.get().requests.length;
        const tab = (name: typeof part, title: string, icon: unknown, count = 0) => html`<button
            class="plain"
            aria-current=${part === name ? 'page' : nothing}
            @click=${() => view.set({ part: name })}
        >
            ${icon}<span>${title}</span>${count ? html`<b>${count}</b>` : nothing}
        </button>`;
        return html`<nav class="bottom" aria-label="Parts of making images">
            ${tab('settings', 'Settings', icons.settings)} ${tab('stage', 'Picture', icons.picture, waiting)}
            ${tab('gallery', 'Gallery', icons.gallery)}
            ${part === 'settings' ? nothing : html`<button class="primary" @click=${generate}>Generate</button>`}
        </nav>`;
    }

    private dialog() {
        const { dialog } = view.get();
        return dialog ? html`<div @close=${() => view.set({ dialog: null })}>${dialogs[dialog]()}</div>` : nothing;
    }

    private keyDialog() {
        void import('./key-dialog');
        return html`<st-key-dialog></st-key-dialog>`;
    }

    private home(event: Event): void {
        event.preventDefault();
        go('make');
        view.set({ part: 'settings' });
    }

    private skip(): void {
        (this.renderRoot.querySelector('#stage') as HTMLElement | null)?.focus();
    }

    private readonly dragged = (event: DragEvent) => {
        if (event.dataTransfer?.types.includes('Files')) {
            event.preventDefault();
            this.dragging = view.get().section === 'make';
        }
    };

    private readonly dragEnded = (event: DragEvent) => {
        if (event.relatedTarget === null) {
            this.dragging = false;
        }
    };

    private readonly dropped = (event: DragEvent) => {
        this.dragging = false;
        const files = [...(event.dataTransfer?.files ?? [])];
        const taken = event.defaultPrevented;
        event.preventDefault();
        if (!taken && files.length && view.get().section === 'make') {
            void import('../gallery/gallery-panel').then(({ openFiles }) => openFiles(files));
        }
    };
}
