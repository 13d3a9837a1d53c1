package io.stepwise.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the engine and its queue tell Prometheus. */
final class EngineMetrics {
    private final Timer stepTime;
    private final DistributionSummary rowsPerStep;
    private final Counter steps;
    private final MeterRegistry registry;

    EngineMetrics(MeterRegistry registry, JobQueue queue) {
        this.registry = registry;
        stepTime = Timer.builder("stepwise.step")
                .description("Time of one denoising step of a batch")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
        rowsPerStep = DistributionSummary.builder("stepwise.step.rows")
                .description("Images that shared a denoising step")
                .register(registry);
        steps = Counter.builder("stepwise.row.steps")
                .description("Denoising steps computed, counted per image")
                .register(registry);
        Gauge.builder("stepwise.queue.images", queue, JobQueue::images)
                .description("Images that were accepted and wait for their first step")
                .register(registry);
    }

    void stepped(int rows, long nanos) {
        stepTime.record(nanos, TimeUnit.NANOSECONDS);
        rowsPerStep.record(rows);
        steps.increment(rows);
    }

    /** Notes how a request ended: completed, rejected, invalid or failed. */
    void ended(String outcome, long nanos) {
        Timer.builder("stepwise.generation")
                .description("From a request's arrival to its images, by outcome")
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(5))
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
    }
}
