import { html, nothing } from 'lit';

/** Why there is nothing newer; nothing if all is well. */
export function troubleOf({ trouble, waits }: { trouble: string; waits: boolean }) {
    return trouble ? html`<p class="trouble ${waits ? 'warn' : ''}" role=${waits ? 'status' : 'alert'}>${trouble}</p>` : nothing;
}
