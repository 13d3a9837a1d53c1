import { css } from 'lit';
import { inputs } from './inputs';

/** What all components look like: type, buttons, fields, focus. Each component takes it into its styles. */
export const base = [inputs, css`
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
    button:is([aria-pressed='true'], [aria-selected='true']) {
        border-color: var(--accent);
        color: var(--accent);
        background: var(--accent-soft);
    }
    svg {
        width: 1.125rem;
        height: 1.125rem;
        flex: none;
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
    .good {
        --tone: var(--accent);
        --soft: var(--accent-soft);
    }
    .warn {
        --tone: var(--warn);
        --soft: var(--warn-soft);
    }
    .bad {
        --tone: var(--danger);
        --soft: var(--danger-soft);
    }
    .empty {
        padding: 2.5rem 1rem;
        text-align: center;
        color: var(--muted);
        border: 1px dashed var(--edge);
        border-radius: var(--round);
    }
    summary {
        min-height: 2rem;
        font-size: var(--small);
        font-weight: 550;
        line-height: 2rem;
        cursor: pointer;
    }
    pre {
        margin: 0;
        padding: 0.75rem;
        overflow: auto;
        border-radius: var(--round-small);
        font: var(--tiny) / 1.6 var(--mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        background: var(--sunken);
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
    .wrap {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem;
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
`];
