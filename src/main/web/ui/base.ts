import { css } from 'lit';

/** What all components look like: type, buttons, fields, focus. Each component takes it into its styles. */
export const base = css`
    *,
    *::before,
    *::after {
        box-sizing: border-box;
    }
    :host([hidden]),
    [hidden] {
        display: none !important;
    }
    h1,
    h2,
    h3,
    p,
    ul,
    ol,
    figure,
    dl,
    dd {
        margin: 0;
        padding: 0;
    }
    h2 {
        font-size: var(--small);
        font-weight: 600;
        letter-spacing: 0.01em;
        color: var(--muted);
    }
    ul,
    ol {
        list-style: none;
    }
    a {
        color: var(--accent);
        text-underline-offset: 0.15em;
    }
    button,
    input,
    select,
    textarea {
        font: inherit;
        color: inherit;
        letter-spacing: inherit;
    }
    button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: 0.4rem;
        min-height: var(--control);
        padding: 0 0.8rem;
        border: 1px solid var(--line);
        border-radius: var(--round-small);
        background: var(--raised);
        cursor: pointer;
        white-space: nowrap;
        transition:
            background var(--quick),
            border-color var(--quick),
            color var(--quick);
        touch-action: manipulation;
    }
    button:hover {
        border-color: var(--edge);
    }
    button:active {
        background: var(--sunken);
    }
    button:disabled {
        color: var(--muted);
        cursor: default;
        opacity: 0.65;
        border-color: var(--line);
    }
    button.primary {
        border-color: transparent;
        background: var(--accent);
        color: var(--on-accent);
        font-weight: 600;
    }
    button.primary:hover {
        background: color-mix(in oklab, var(--accent) 88%, var(--ink));
    }
    button.plain,
    button.icon {
        border-color: transparent;
        background: transparent;
    }
    button.icon {
        width: var(--control);
        padding: 0;
    }
    button.plain:hover,
    button.icon:hover {
        background: color-mix(in oklab, var(--ink) 8%, transparent);
    }
    button.danger:hover {
        color: var(--danger);
    }
    button[aria-pressed='true'] {
        color: var(--accent);
        background: var(--accent-soft);
    }
    svg {
        width: 1.125rem;
        height: 1.125rem;
        flex: none;
    }
    input,
    select {
        min-height: var(--control);
        min-width: 0;
        width: 100%;
        padding: 0 0.65rem;
        border: 1px solid var(--edge);
        border-radius: var(--round-small);
        background: var(--surface);
    }
    input::placeholder {
        color: var(--muted);
        opacity: 1;
    }
    input[aria-invalid='true'] {
        border-color: var(--danger);
        box-shadow: 0 0 0 1px var(--danger);
    }
    input[type='range'] {
        appearance: none;
        min-height: 1.5rem;
        padding: 0;
        border: 0;
        background: transparent;
        cursor: pointer;
    }
    input[type='range']::-webkit-slider-runnable-track {
        height: 4px;
        border-radius: 2px;
        background: linear-gradient(var(--accent) 0 0) 0 / var(--share, 0%) 100% no-repeat var(--edge);
    }
    input[type='range']::-webkit-slider-thumb {
        appearance: none;
        width: 1.1rem;
        height: 1.1rem;
        margin-top: calc(2px - 0.55rem);
        border: 2px solid var(--surface);
        border-radius: 50%;
        background: var(--accent);
        box-shadow: 0 0 0 1px var(--accent);
    }
    input[type='range']::-moz-range-track {
        height: 4px;
        border-radius: 2px;
        background: linear-gradient(var(--accent) 0 0) 0 / var(--share, 0%) 100% no-repeat var(--edge);
    }
    input[type='range']::-moz-range-thumb {
        width: 0.9rem;
        height: 0.9rem;
        border: 2px solid var(--surface);
        border-radius: 50%;
        background: var(--accent);
    }
    input[type='checkbox'] {
        width: 1.1rem;
        min-height: 1.1rem;
        accent-color: var(--accent);
    }
    select {
        appearance: none;
        padding-right: 1.8rem;
        background:
            linear-gradient(45deg, transparent 50%, var(--muted) 50%) right 1rem top 55% / 5px 5px no-repeat,
            linear-gradient(-45deg, transparent 50%, var(--muted) 50%) right 0.7rem top 55% / 5px 5px no-repeat,
            var(--surface);
    }
    option {
        background: var(--surface);
        color: var(--ink);
    }
    :focus-visible {
        outline: 2px solid var(--accent);
        outline-offset: 2px;
    }
    kbd {
        padding: 0.05rem 0.35rem;
        border: 1px solid var(--line);
        border-bottom-width: 2px;
        border-radius: 0.3rem;
        background: var(--surface);
        font: 500 var(--tiny) / 1.4 var(--sans);
        color: var(--muted);
    }
    label,
    legend {
        font-size: var(--small);
        font-weight: 550;
    }
    .muted {
        color: var(--muted);
    }
    .small {
        font-size: var(--small);
    }
    .numbers {
        font-variant-numeric: tabular-nums;
    }
    .wrong {
        font-size: var(--small);
        color: var(--danger);
    }
    .hidden {
        position: absolute;
        width: 1px;
        height: 1px;
        overflow: hidden;
        clip-path: inset(50%);
        white-space: nowrap;
    }
    .row {
        display: flex;
        align-items: center;
        gap: 0.5rem;
    }
    .row.end {
        justify-content: flex-end;
        margin-top: 1rem;
    }
    .grow {
        flex: 1;
        min-width: 0;
    }
    .cell {
        display: grid;
        place-content: stretch;
        place-items: center;
        width: 100%;
        aspect-ratio: 1;
        min-height: 0;
        padding: 0;
        border: 0;
        border-radius: var(--round-small);
        overflow: hidden;
        background: var(--sunken);
        box-shadow: 0 0 0 1px var(--line);
    }
    button.cell:hover {
        box-shadow: 0 0 0 2px var(--accent);
    }
    .cell img {
        width: 100%;
        height: 100%;
        object-fit: contain;
    }
    img {
        display: block;
        image-rendering: var(--enlarged, pixelated);
    }
`;
