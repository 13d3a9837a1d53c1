import { css } from 'lit';

/** Where the parts of the page lie: three columns, two, or one with a bar below. */
export const layout = css`
    :host {
        display: flex;
        flex-direction: column;
        height: 100dvh;
        overflow: hidden;
    }
    header {
        display: flex;
        align-items: center;
        gap: 0.25rem;
        height: 3.5rem;
        flex: none;
        padding: 0 1rem 0 1.25rem;
        border-bottom: 1px solid var(--line);
        background: var(--surface);
    }
    .brand {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        margin-right: 1rem;
        font-size: 1.0625rem;
        font-weight: 650;
        letter-spacing: -0.015em;
        color: var(--ink);
        text-decoration: none;
    }
    header nav {
        display: flex;
        gap: 0.15rem;
    }
    header nav button[aria-current] {
        color: var(--accent);
        background: var(--accent-soft);
        font-weight: 600;
    }
    .contract {
        padding: 0 0.6rem;
        font-size: var(--small);
        color: var(--muted);
        text-decoration: none;
    }
    .contract:hover {
        color: var(--accent);
    }
    .state {
        width: 0.55rem;
        height: 0.55rem;
        margin-left: 0.6rem;
        border-radius: 50%;
        background: var(--accent);
    }
    .state.off {
        background: var(--danger);
    }
    .away {
        flex: none;
        padding: 0.55rem 1.25rem;
        font-size: var(--small);
        font-weight: 550;
        color: var(--warn);
        background: var(--warn-soft);
    }
    header .skip {
        position: absolute;
        z-index: 10;
        top: -4rem;
        left: 1rem;
        padding: 0.5rem 1rem;
        border-radius: var(--round-small);
        background: var(--accent);
        color: var(--on-accent);
    }
    header .skip:focus {
        top: 0.5rem;
    }
    main {
        flex: 1;
        min-height: 0;
        display: grid;
        grid-template-columns: 21.5rem minmax(0, 1fr) 18rem;
    }
    main > :not(.hidden) {
        min-width: 0;
        overflow: auto;
        overscroll-behavior: contain;
    }
    main > :only-child {
        grid-column: 1 / -1;
    }
    main[data-dragging]::after {
        content: 'Drop a picture made here to get its settings back';
        position: fixed;
        inset: 0.75rem;
        z-index: 8;
        display: grid;
        place-content: center;
        border: 2px dashed var(--accent);
        border-radius: var(--round);
        font-size: 1.25rem;
        font-weight: 600;
        color: var(--accent);
        background: color-mix(in oklab, var(--surface) 88%, transparent);
        pointer-events: none;
    }
    .settings {
        border-right: 1px solid var(--line);
        background: var(--surface);
    }
    .gallery {
        border-left: 1px solid var(--line);
        background: var(--surface);
    }
    .stage:focus {
        outline: none;
    }
    .loading {
        padding: 1.25rem;
        color: var(--muted);
    }
    .bottom {
        display: none;
    }
    @media (max-width: 68rem) {
        main {
            grid-template-columns: 20rem minmax(0, 1fr);
            grid-template-rows: minmax(0, 1fr) 11rem;
        }
        main > :only-child {
            grid-row: 1 / -1;
        }
        .settings {
            grid-row: 1 / -1;
        }
        .gallery {
            border-left: 0;
            border-top: 1px solid var(--line);
        }
    }
    @media (max-width: 46rem) {
        header {
            flex-wrap: wrap;
            height: auto;
            padding: 0.25rem 0.5rem 0.25rem 1rem;
        }
        header nav:not(.bottom) {
            order: 1;
            width: 100%;
            overflow-x: auto;
            scrollbar-width: none;
        }
        header nav button {
            padding: 0 0.5rem;
            font-size: var(--small);
        }
        .brand {
            margin-right: 0.25rem;
        }
        .contract {
            display: none;
        }
        main {
            display: block;
            overflow: auto;
        }
        main > section {
            display: none;
            min-height: 100%;
            border: 0;
            overflow: visible;
        }
        .part-settings > .settings,
        .part-stage > .stage,
        .part-gallery > .gallery {
            display: grid;
        }
        .bottom {
            display: flex;
            flex: none;
            align-items: center;
            gap: 0.25rem;
            padding: 0.4rem 0.6rem calc(0.4rem + env(safe-area-inset-bottom));
            border-top: 1px solid var(--line);
            background: var(--surface);
        }
        .bottom button.plain {
            position: relative;
            flex: 1;
            flex-direction: column;
            gap: 0.1rem;
            min-height: 3rem;
            padding: 0.2rem;
            font-size: var(--tiny);
            color: var(--muted);
        }
        .bottom button[aria-current] {
            color: var(--accent);
            font-weight: 600;
        }
        .bottom b {
            position: absolute;
            top: 0.1rem;
            left: calc(50% + 0.5rem);
            min-width: 1.1rem;
            padding: 0 0.25rem;
            border-radius: 1rem;
            font-size: 0.6875rem;
            line-height: 1.1rem;
            background: var(--accent);
            color: var(--on-accent);
        }
        .bottom button.primary {
            min-height: 2.75rem;
        }
    }
`;
