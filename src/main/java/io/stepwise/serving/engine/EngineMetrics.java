package io.stepwise.serving.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.stepwise.serving.request.Outcome;
import io.stepwise.serving.request.Timings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;

/**
 * What the engines and their queue tell Prometheus; docs/metrics.md says what each is good for.
 *
 * <p>INVARIANT: every meter is looked up once, here, so that all of them are there from the start, at 0, and what a step
 * costs is a few additions: well under a microsecond, of a step that takes milliseconds.
 */
public final class EngineMetrics {
    private final StepScheduler scheduler;
    private final Timer stepTime;
    private final DistributionSummary rowsPerStep;
    private final DistributionSummary occupancy;
    private final Counter steps;
    private final Counter saved;
    private final Counter images;
    private final Timer queue;
    private final Timer firstStep;
    private final Timer lastStep;
    private final Timer completed;
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final List<Counter> failures = new ArrayList<>();

    /** @param scheduler whose queue is told of */
    public EngineMetrics(MeterRegistry registry, StepScheduler scheduler) {
        this.scheduler = scheduler;
        stepTime = timer(registry, "stepwise.step", Buckets.work(), "Time of one denoising step of a batch");
        rowsPerStep = DistributionSummary.builder("stepwise.step.rows")
                .description("Rows of the network that shared a denoising step; a guided image is two")
                .serviceLevelObjectives(Buckets.rows())
                .register(registry);
        occupancy = DistributionSummary.builder("stepwise.step.occupancy")
                .description(
                        "Rows of a denoising step over the number that the model is run at when there is enough to do")
                .baseUnit("ratio")
                .serviceLevelObjectives(Buckets.shares())
                .register(registry);
        steps = counter(registry, "stepwise.row.steps", "Denoising steps computed, per row of the network");
        saved = counter(
                registry,
                "stepwise.row.steps.saved",
                "Denoising steps that a cancellation saved, per row of the network");
        images = counter(registry, "stepwise.images", "Images made for requests that were completed");
        queue = waiting(registry, "stepwise.generation.queue", "From a request's arrival to its first step");
        firstStep = waiting(
                registry, "stepwise.generation.first.step", "From a request's arrival to the end of its first step");
        lastStep = waiting(
                registry, "stepwise.generation.last.step", "From a request's arrival to the end of its last step");
        completed =
                waiting(registry, "stepwise.generation", "From a request's arrival to its images, if it was completed");
        registerTagged(registry);
        registerQueue(registry);
    }

    private void registerTagged(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    Counter.builder("stepwise.generations")
                            .description("Finished requests for images, by outcome")
                            .tag("outcome", outcome.tag())
                            .register(registry));
        }
        for (int engine = 0; engine < scheduler.engines(); engine++) {
            failures.add(Counter.builder("stepwise.engine.failures")
                    .description("Denoising steps, or ends of images, that failed")
                    .tag("engine", Integer.toString(engine))
                    .register(registry));
        }
    }

    private void registerQueue(MeterRegistry registry) {
        Gauge.builder("stepwise.engines", scheduler, StepScheduler::engines)
                .description("Engines that compute side by side")
                .register(registry);
        queueGauge(
                registry, "stepwise.queue.requests", QueueLength::requests, "Accepted requests that are not finished");
        queueGauge(
                registry,
                "stepwise.queue.images",
                QueueLength::images,
                "Images of accepted requests that are not done");
        queueGauge(
                registry,
                "stepwise.queue.steps",
                QueueLength::steps,
                "Denoising steps still to be computed for accepted requests, per row of the network");
        Gauge.builder(
                        "stepwise.queue.drain",
                        scheduler,
                        from -> from.read(Backlog::length).nanos() / 1e9 / from.engines())
                .description("Time until all accepted requests are finished, without new ones")
                .baseUnit("seconds")
                .register(registry);
    }

    /**
     * Tells what stays as it is, and whether requests would be accepted.
     *
     * @param capacity images of the queue
     */
    public static void registerService(MeterRegistry registry, int capacity, BooleanSupplier ready) {
        Gauge.builder("stepwise.queue.capacity", () -> capacity)
                .description("Limit of images in accepted requests; beyond it requests are refused")
                .register(registry);
        Gauge.builder("stepwise.ready", () -> ready.getAsBoolean() ? 1 : 0)
                .description("1 while requests that name no model are answered, else 0")
                .register(registry);
    }

    private void queueGauge(
            MeterRegistry registry, String name, ToDoubleFunction<QueueLength> value, String description) {
        Gauge.builder(name, scheduler, from -> value.applyAsDouble(from.read(Backlog::length)))
                .description(description)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private static Timer waiting(MeterRegistry registry, String name, String description) {
        return timer(registry, name, Buckets.waiting(), description);
    }

    private static Timer timer(MeterRegistry registry, String name, Duration[] bounds, String description) {
        return Timer.builder(name)
                .description(description)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    /** Notes a step that went well, after the scheduler knows of it. */
    void stepped(Batch batch, long nanos) {
        int rows = batch.networkRows();
        stepTime.record(nanos, TimeUnit.NANOSECONDS);
        rowsPerStep.record(rows);
        occupancy.record((double) rows / batch.model().times().best());
        steps.increment(rows);
        for (Batch.Member member : batch.members()) {
            Job job = member.job();
            if (job.isFirstStepNews()) {
                queue.record(job.queueNanos(), TimeUnit.NANOSECONDS);
                firstStep.record(scheduler.now() - job.arrived(), TimeUnit.NANOSECONDS);
            }
        }
    }

    /** Notes a step, or the end of an image, that failed on engine number {@code engine}. */
    void failed(int engine) {
        failures.get(engine).increment();
    }

    /** Notes that a request was cancelled, which saved so many rows of the network. */
    public void cancelled(long rows) {
        saved.increment(rows);
    }

    /** Notes that a request took its last step. */
    public void lastStepped(Timings timings) {
        lastStep.record(timings.queue().plus(timings.compute()));
    }

    /**
     * Notes that a request is over.
     *
     * @param made images
     * @param nanos since it came
     */
    public void ended(Outcome outcome, int made, long nanos) {
        Objects.requireNonNull(outcomes.get(outcome)).increment();
        if (outcome == Outcome.COMPLETED) {
            completed.record(nanos, TimeUnit.NANOSECONDS);
            images.increment(made);
        }
    }
}
