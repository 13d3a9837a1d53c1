package io.stepwise.bench.load;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * The product's step counters, summed over all its engines.
 *
 * @param rows total rows of all steps
 * @param steps number of steps
 */
record StepMeter(double rows, double steps) {
    static final StepMeter NONE = new StepMeter(0, 0);

    /** Reads the current counters. */
    static StepMeter read(MeterRegistry registry) {
        StepMeter all = NONE;
        for (DistributionSummary summary : registry.find("stepwise.step.rows").summaries()) {
            all = all.plus(new StepMeter(summary.totalAmount(), summary.count()));
        }
        return all;
    }

    /** The batch size that the engines chose; NaN if it is not reported. */
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
