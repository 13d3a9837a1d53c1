import { svg, type TemplateResult } from 'lit';

const drawn = (paths: TemplateResult) => svg`<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`;

/** Drawings for buttons. They say nothing to a screen reader: the button needs words. */
export const icons = {
    again: drawn(svg`<path d="M20 11a8 8 0 1 0-2.3 6.3"/><path d="M20 5v6h-6"/>`),
    arrowDown: drawn(svg`<path d="M12 5v14M6 13l6 6 6-6"/>`),
    arrowUp: drawn(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`),
    check: drawn(svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`),
    close: drawn(svg`<path d="M6 6l12 12M18 6L6 18"/>`),
    code: drawn(svg`<path d="M9 8l-4 4 4 4M15 8l4 4-4 4"/>`),
    compare: drawn(svg`<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M12 3v18"/>`),
    dice: drawn(
        svg`<rect x="4" y="4" width="16" height="16" rx="3.5"/><path d="M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01" stroke-width="2.5"/>`,
    ),
    down: drawn(svg`<path d="M6 9l6 6 6-6"/>`),
    download: drawn(svg`<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>`),
    gallery: drawn(
        svg`<rect x="4" y="4" width="7" height="7" rx="1.5"/><rect x="13" y="4" width="7" height="7" rx="1.5"/><rect x="4" y="13" width="7" height="7" rx="1.5"/><rect x="13" y="13" width="7" height="7" rx="1.5"/>`,
    ),
    grid: drawn(svg`<rect x="4" y="4" width="16" height="16" rx="2"/><path d="M4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16"/>`),
    help: drawn(svg`<path d="M9.2 9a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.2-1.5 2.3M12 17.2h.01"/><circle cx="12" cy="12" r="9"/>`),
    key: drawn(svg`<circle cx="8" cy="15" r="4"/><path d="M11 12l8.5-8.5M16 7l3 3"/>`),
    link: drawn(
        svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1"/>`,
    ),
    lock: drawn(svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`),
    unlock: drawn(svg`<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 7.5-2"/>`),
    paint: drawn(svg`<path d="M14 4l6 6-8.5 8.5a3 3 0 0 1-4.3 0l-1.7-1.7a3 3 0 0 1 0-4.3z"/><path d="M4 20h16"/>`),
    picture: drawn(
        svg`<rect x="4" y="5" width="16" height="14" rx="2"/><circle cx="9" cy="10" r="1.5"/><path d="M5 17l4.5-4 3 2.5L16 12l4 4"/>`,
    ),
    settings: drawn(
        svg`<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/>`,
    ),
    shield: drawn(svg`<path d="M12 3.5l7 2.5v5.5c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6z"/><path d="M9 12l2.2 2.2L15.2 10"/>`),
    sliders: drawn(svg`<path d="M5 4v6M5 16v4M12 4v2M12 12v8M19 4v9M19 19v1"/><path d="M3 13h4M10 9h4M17 16h4"/>`),
    star: drawn(svg`<path d="M12 4l2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z"/>`),
    starred: drawn(
        svg`<path fill="currentColor" d="M12 4l2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z"/>`,
    ),
    theme: drawn(svg`<circle cx="12" cy="12" r="8.5"/><path fill="currentColor" d="M12 3.5a8.5 8.5 0 0 1 0 17z"/>`),
    trash: drawn(svg`<path d="M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12"/>`),
    undo: drawn(svg`<path d="M8 5L4 9l4 4"/><path d="M4 9h10a5 5 0 0 1 0 10h-3"/>`),
    wand: drawn(svg`<path d="M5 19L15 9M14 4v3M12.5 5.5h3M19 9v3M17.5 10.5h3M19 3v2M18 4h2"/>`),
};
