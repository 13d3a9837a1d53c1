package io.stepwise.bench.load;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What the product counted of its steps, over all its engines.
 *
 * @param rows of all steps together
 * @param steps how many
 */
record StepMeter(double rows, double steps) {
    static final StepMeter NONE = new StepMeter(0, 0);

    /** The counts now. */
    static StepMeter read(MeterRegistry registry) {
        StepMeter all = NONE;
        for (DistributionSummary summary : registry.find("stepwise.step.rows").summaries()) {
            all = all.plus(new StepMeter(summary.totalAmount(), summary.count()));
        }
        return all;
    }

    /** The batch size that its engines chose; NaN when it does not say. */
    static double batch(MeterRegistry registry) {
        return registry.find("stepwise.engine.batch").gauges().stream()
                .mapToDouble(Gauge::value)
                .average()
                .orElse(Double.NaN);
    }

    StepMeter plus(StepMeter other) {
        return new StepMeter(rows + other.rows, steps + other.steps);
    }

    StepMeter since(StepMeter before) {
        return new StepMeter(rows - before.rows, steps - before.steps);
    }
}
