import { css } from 'lit';

/** What fields look like. */
export const inputs = css`
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
`;
