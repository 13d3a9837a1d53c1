import { html, nothing } from 'lit';
import type { TrainingEstimate } from '../api/types';
import { bytes, count, duration, measure } from '../ui/format';
import { factsOf } from '../ui/tables';

/** What a job would take; nothing if that isn't known. */
export function estimateOf(estimated: TrainingEstimate | null) {
    if (!estimated) {
        return nothing;
    }
    const { seconds, memory_bytes, parameters, images, classes, judged_by, images_per_s, warnings } = estimated;
    return html`${warnings.map(warning => html`<p class="trouble warn">${warning}</p>`)}
    ${factsOf([
        ['Time', seconds === null ? 'known after the first steps' : `about ${duration(seconds)}`],
        ['Memory', `up to ${bytes(memory_bytes)}`],
        ['Parameters', count(parameters)],
        ['Images', `${count(images)}, ${classes || 'no'} classes`],
    ])}
    ${judged_by
        ? html`<p class="small muted">
              The time is that of ${judged_by}, scaled to this network: ${measure(images_per_s)} images per second.
          </p>`
        : nothing}`;
}
