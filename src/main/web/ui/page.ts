import { css } from 'lit';
import { base } from './base';

/** What the parts of the page look like that fill it: headings, cards, tables, chips, a list beside what is chosen of it. */
const parts = css`
    :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        align-content: start;
        gap: 1.25rem;
    }
    .page {
        display: grid;
        gap: 1.25rem;
        width: 100%;
        max-width: 87rem;
        margin: 0 auto;
        padding: 1.5rem;
    }
    .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.6rem;
    }
    .head h1,
    .head h2 {
        flex: 1;
        min-width: 10rem;
        overflow-wrap: anywhere;
    }
    h1 {
        font-size: 1.375rem;
        font-weight: 650;
        letter-spacing: -0.015em;
    }
    h2.large {
        font-size: 1.125rem;
        color: var(--ink);
    }
    .split {
        display: grid;
        grid-template-columns: 17rem minmax(0, 1fr);
        align-items: start;
        gap: 1.25rem;
    }
    .split.even {
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
    }
    .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.75rem;
        min-width: 0;
        padding: 1.1rem 1.25rem;
        border: 1px solid var(--line);
        border-radius: var(--round);
        background: var(--surface);
    }
    .list {
        display: grid;
        gap: 0.3rem;
    }
    .list button {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.1rem;
        width: 100%;
        height: auto;
        padding: 0.6rem 0.8rem;
        text-align: left;
        white-space: normal;
        overflow-wrap: anywhere;
    }
    .list button[aria-current='true'] {
        border-color: var(--accent);
        background: var(--accent-soft);
    }
    .list strong {
        font-weight: 600;
    }
    .chip {
        display: inline-block;
        padding: 0.05rem 0.5rem;
        border-radius: 1rem;
        font-size: var(--tiny);
        font-weight: 600;
        line-height: 1.5;
        color: var(--tone, var(--muted));
        background: var(--soft, var(--sunken));
        white-space: nowrap;
    }
    .trouble {
        padding: 0.65rem 0.9rem;
        border-radius: var(--round-small);
        font-size: var(--small);
        overflow-wrap: anywhere;
        color: var(--tone, var(--danger));
        background: var(--soft, var(--danger-soft));
    }
    button.link {
        min-height: 1.5rem;
        padding: 0;
        border: 0;
        text-align: left;
        white-space: normal;
        overflow-wrap: anywhere;
        text-decoration: underline;
        text-underline-offset: 0.15em;
        color: var(--accent);
        background: transparent;
    }
    button.danger {
        color: var(--danger);
    }
    .facts {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
        gap: 0.75rem 1.25rem;
    }
    .facts dt {
        font-size: var(--tiny);
        color: var(--muted);
    }
    .facts dd {
        font-variant-numeric: tabular-nums;
        overflow-wrap: anywhere;
    }
    .scroll {
        overflow-x: auto;
    }
    table.rows {
        width: 100%;
        border-collapse: collapse;
        font-size: var(--small);
    }
    table.rows th,
    table.rows td {
        padding: 0.4rem 0.6rem;
        text-align: left;
        border-top: 1px solid var(--line);
        overflow-wrap: anywhere;
    }
    table.rows thead th {
        border-top: 0;
        font-weight: 550;
        color: var(--muted);
    }
    table.rows .number {
        text-align: right;
        font-variant-numeric: tabular-nums;
    }
    .bar {
        height: 0.45rem;
        border-radius: 0.25rem;
        background: var(--sunken);
        overflow: hidden;
    }
    .bar::before {
        content: '';
        display: block;
        width: var(--share, 0%);
        height: 100%;
        border-radius: inherit;
        background: var(--accent);
    }
    .named {
        display: grid;
        gap: 0.25rem;
    }
    .named > :is(input, select) {
        font-size: var(--text);
        font-weight: 400;
    }
    @media (max-width: 56rem) {
        .split {
            grid-template-columns: minmax(0, 1fr);
        }
        .split > div:has(> .list) {
            display: contents;
        }
        .split > div > form {
            order: 1;
        }
        .list {
            grid-auto-flow: column;
            grid-auto-columns: minmax(12rem, 1fr);
            margin: -0.25rem;
            padding: 0.25rem;
            overflow-x: auto;
        }
        .list button {
            height: 100%;
            align-content: start;
        }
    }
    @media (max-width: 46rem) {
        .page {
            padding: 1rem;
        }
        .card {
            padding: 0.9rem;
        }
    }
`;

/** What all components look like, and the parts of the page that fill it. */
export const page = [base, parts];
