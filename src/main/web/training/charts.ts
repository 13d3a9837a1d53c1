import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../ui/base';
import './chart';
import type { Line } from './chart';
import type { Row } from './feed';

interface ChartOf {
    heading: string;
    logarithmic?: boolean;
    /** Columns and their names. */
    columns: Record<string, string>;
}

/** All charts, in their order; those without a measurement are not drawn, so each kind of generator has its own. */
const CHARTS: ChartOf[] = [
    { heading: 'Loss', logarithmic: true, columns: { loss: 'training', validation_loss: 'held-out images' } },
    {
        heading: 'Loss by noise, from little to much',
        logarithmic: true,
        columns: { loss_q1: 'first quarter', loss_q2: 'second', loss_q3: 'third', loss_q4: 'last' },
    },
    {
        heading: 'Held-out loss by noise',
        logarithmic: true,
        columns: {
            validation_loss_q1: 'first quarter',
            validation_loss_q2: 'second',
            validation_loss_q3: 'third',
            validation_loss_q4: 'last',
        },
    },
    { heading: 'Losses of both networks', columns: { generator_loss: 'generator', discriminator_loss: 'discriminator' } },
    { heading: 'How often the discriminator is right', columns: { accuracy_real: 'on real', accuracy_made: 'on made' } },
    { heading: 'Reconstruction and divergence', logarithmic: true, columns: { reconstruction: 'reconstruction', kl: 'KL' } },
    { heading: 'Latent units that carry something', columns: { active_units: 'active units' } },
    { heading: 'Distance of samples to the data, less is better', columns: { sliced_wasserstein: 'sliced Wasserstein' } },
    { heading: 'Kernel distance of samples, less is better', columns: { kernel_distance: 'kernel distance' } },
    { heading: 'Precision and recall of samples', columns: { precision: 'precision', recall: 'recall' } },
    { heading: 'Images per second', columns: { images_per_s: 'rate' } },
    { heading: 'Learning rate', columns: { learning_rate: 'learning rate' } },
    { heading: 'Norm of the gradient', logarithmic: true, columns: { gradient_norm: 'before clipping' } },
];

/** The curves of a run, or of two: those of the second are dashed. */
@customElement('st-charts')
export class Charts extends LitElement {
    static override styles = [base, css`
        :host {
            display: grid;
            grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr));
            gap: 1.25rem;
        }
    `];

    @property({ attribute: false }) rows: Row[] = [];
    @property({ attribute: false }) others: Row[] = [];

    override render() {
        return CHARTS.map(chart => this.chart(chart));
    }

    private chart({ heading, logarithmic, columns }: ChartOf) {
        const lines = (rows: Row[], second: boolean): Line[] =>
            Object.entries(columns)
                .filter(([column]) => rows.some(row => row[column] !== null && row[column] !== undefined))
                .map(([column, name]) => ({ column, second, name: second ? `${name}, beside` : name }));
        const all = [...lines(this.rows, false), ...lines(this.others, true)];
        return all.length === 0
            ? nothing
            : html`<st-chart
                  heading=${heading}
                  .lines=${all}
                  .rows=${this.rows}
                  .others=${this.others}
                  ?logarithmic=${logarithmic ?? false}
              ></st-chart>`;
    }
}
