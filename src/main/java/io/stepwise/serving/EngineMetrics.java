package io.stepwise.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What the engines and their queue tell Prometheus. */
final class EngineMetrics {
    private final Timer stepTime;
    private final DistributionSummary rowsPerStep;
    private final Counter steps;
    private final Counter saved;
    private final MeterRegistry registry;
    private final Map<String, Timer> ended = new ConcurrentHashMap<>();

    EngineMetrics(MeterRegistry registry, StepScheduler scheduler) {
        this.registry = registry;
        stepTime = Timer.builder("stepwise.step")
                .description("Time of one denoising step of a batch")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(30))
                .register(registry);
        rowsPerStep = DistributionSummary.builder("stepwise.step.rows")
                .description("Rows of the network that shared a denoising step; a guided image is two")
                .register(registry);
        steps = Counter.builder("stepwise.row.steps")
                .description("Denoising steps computed, counted per row of the network")
                .register(registry);
        saved = Counter.builder("stepwise.row.steps.saved")
                .description("Denoising steps that were not computed because their request was cancelled, per row")
                .register(registry);
        Gauge.builder("stepwise.queue.images", scheduler, StepScheduler::images)
                .description("Images of accepted requests that are not done")
                .register(registry);
        Gauge.builder("stepwise.queue.steps", scheduler, StepScheduler::work)
                .description("Denoising steps still to be computed for accepted requests, per row of the network")
                .register(registry);
    }

    void stepped(Batch batch, long nanos) {
        stepTime.record(nanos, TimeUnit.NANOSECONDS);
        rowsPerStep.record(batch.networkRows());
        steps.increment(batch.networkRows());
    }

    /** Notes a step, or the end of an image, that failed on engine number {@code engine}. */
    void failed(int engine) {
        Counter.builder("stepwise.engine.failures")
                .description("Denoising steps that failed")
                .tag("engine", Integer.toString(engine))
                .register(registry)
                .increment();
    }

    /** Notes that a request was cancelled, which saved so many rows of the network. */
    void cancelled(long rows) {
        saved.increment(rows);
    }

    /** Notes how a request ended: completed, rejected, late, cancelled, invalid or failed. */
    void ended(String outcome, long nanos) {
        ended.computeIfAbsent(outcome, this::timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(String outcome) {
        return Timer.builder("stepwise.generation")
                .description("From a request's arrival to its images, by outcome")
                .tag("outcome", outcome)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofMinutes(5))
                .register(registry);
    }
}
