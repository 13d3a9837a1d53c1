package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import io.stepwise.image.ImageFormat;
import io.stepwise.image.Pixels;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.Outcome;
import io.stepwise.serving.request.QueueFullException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is counted, on a clock that only steps move. */
class EngineMetricsTest {
    private static final long MS = 1_000_000;
    private static final FakeModel MODEL = new FakeModel(8 * MS, .3 * MS, 32);

    private long now;
    private final StepScheduler scheduler = new StepScheduler(64, EngineSettings.DEFAULT_STRETCH, 2, () -> now);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private EngineMetrics metrics = new EngineMetrics(registry, scheduler);

    private Batch step(long took) throws InterruptedException {
        Batch batch = scheduler.next();
        batch.model().stepper(0).step(batch.rows());
        now += took;
        List<Batch.Member> done = scheduler.stepped(batch, took);
        metrics.stepped(batch, took);
        done.forEach(member -> scheduler.finish(member, new float[0]));
        return batch;
    }

    private double milliseconds(String timer) {
        return registry.get(timer).timer().totalTime(TimeUnit.MILLISECONDS);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    @Test
    void stepped_job_countsItsWayOnce() throws InterruptedException {
        scheduler.admit(MODEL.job(3, 4, 5, null, 1, now));
        now += 7 * MS;
        for (int i = 0; i < 3; i++) {
            step(10 * MS);
        }

        assertThat(registry.get("stepwise.generation.queue").timer().count()).isEqualTo(1);
        assertThat(milliseconds("stepwise.generation.queue")).isEqualTo(7);
        assertThat(registry.get("stepwise.generation.first.step").timer().count())
                .isEqualTo(1);
        assertThat(milliseconds("stepwise.generation.first.step")).isEqualTo(17);
        assertThat(registry.get("stepwise.step").timer().count()).isEqualTo(3);
        assertThat(milliseconds("stepwise.step")).isEqualTo(30);
        assertThat(registry.get("stepwise.row.steps").counter().count()).isEqualTo(12);
        assertThat(registry.get("stepwise.step.rows").summary().mean()).isEqualTo(4);
        DistributionSummary occupancy = registry.get("stepwise.step.occupancy").summary();
        assertThat(occupancy.mean()).isEqualTo(4.0 / MODEL.times().best(), within(1e-9));
    }

    @Test
    void queue_whileRequestsWait_tellsWhatTheyAre() {
        scheduler.admit(MODEL.job(10, 3, 5, null, 2, now));
        scheduler.admit(MODEL.job(5, 1, 5, null, 1, now));

        assertThat(gauge("stepwise.queue.requests")).isEqualTo(2);
        assertThat(gauge("stepwise.queue.images")).isEqualTo(4);
        assertThat(gauge("stepwise.queue.steps")).isEqualTo(65);
        assertThat(gauge("stepwise.queue.drain"))
                .as("seconds of two engines")
                .isEqualTo(65 * MODEL.times().nanosPerRow() / 1e9 / 2, within(1e-9));
        assertThat(gauge("stepwise.engines")).isEqualTo(2);
    }

    /** An alert asks for the increase of a counter: one that begins with the first event never shows it. */
    @Test
    void counters_beforeAnythingHappens_areThereAtZero() {
        assertThat(registry.get("stepwise.generations").counters())
                .hasSize(Outcome.values().length)
                .allSatisfy(counter -> assertThat(counter.count()).isZero());
        assertThat(registry.get("stepwise.engine.failures").counters()).hasSize(2);
    }

    @Test
    void ended_onlyCompletedRequests_countForLatencyAndImages() {
        metrics.ended(Outcome.COMPLETED, 3, 5 * MS);
        metrics.ended(Outcome.REJECTED, 8, MS);

        assertThat(registry.get("stepwise.generation").timer().count()).isEqualTo(1);
        assertThat(registry.get("stepwise.images").counter().count()).isEqualTo(3);
        assertThat(registry.get("stepwise.generations")
                        .tag("outcome", "rejected")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void outcome_ofEveryFailure_isTold() {
        assertThat(Outcome.of(null)).isEqualTo(Outcome.COMPLETED);
        assertThat(Outcome.of(new CancellationException())).isEqualTo(Outcome.CANCELLED);
        assertThat(Outcome.of(new CompletionException(new QueueFullException(Duration.ZERO))))
                .isEqualTo(Outcome.REJECTED);
        assertThat(Outcome.of(NotReadyException.stopping())).isEqualTo(Outcome.UNAVAILABLE);
        assertThat(Outcome.of(new DeadlineExceededException(Duration.ZERO, Duration.ZERO)))
                .isEqualTo(Outcome.LATE);
        assertThat(Outcome.of(new InvalidGenerationException(List.of(new FieldError("/n", "n")))))
                .isEqualTo(Outcome.INVALID);
        assertThat(Outcome.of(new OutOfMemoryError())).isEqualTo(Outcome.FAILED);
    }

    @Test
    void encode_everyFormat_isMeasured() {
        Metrics.addRegistry(registry);
        try {
            Pixels pixels = new Pixels(8, 8, 3, new byte[192]);
            for (ImageFormat format : ImageFormat.values()) {
                MeasuredEncoder.image(new GeneratedImage(0, 1, null, pixels), format, "x");
                assertThat(registry.get("stepwise.encode")
                                .tag("format", format.wireName())
                                .timer()
                                .count())
                        .isEqualTo(1);
            }
        } finally {
            Metrics.removeRegistry(registry);
        }
    }

    @Test
    void buckets_ofWaiting_haveTheBoundsThatPeoplePromise() {
        Duration[] waiting = Buckets.waiting();

        assertThat(waiting)
                .hasSize(29)
                .startsWith(Duration.ofMillis(1))
                .endsWith(Duration.ofSeconds(400))
                .contains(
                        Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofSeconds(10));
        assertThat(Buckets.work()).hasSize(26).endsWith(Duration.ofSeconds(10));
        for (int i = 1; i < waiting.length; i++) {
            assertThat((double) waiting[i].toNanos() / waiting[i - 1].toNanos()).isBetween(1.5, 1.61);
        }
        assertThat(Buckets.shares()).hasSize(8).endsWith(1);
        assertThat(Arrays.stream(Buckets.rows()).max()).hasValue(1024);
    }

    /**
     * A step of the default model takes 6 ms and more. Measured here: less than a microsecond to note it; the bound leaves
     * room for a machine that is busy with other things, at the best of several rounds.
     */
    @Test
    void stepped_inTheServicesRegistry_costsLessThanAThousandthOfAStep() throws InterruptedException {
        metrics = new EngineMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), scheduler);
        scheduler.admit(MODEL.job(1000, 8, 5, null, 1, now));
        Batch batch = step(10 * MS);

        int calls = 20_000;
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < 10; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                metrics.stepped(batch, 10 * MS + i);
            }
            best = Math.min(best, (double) (System.nanoTime() - start) / calls);
        }
        System.out.printf("a step is noted in %.0f ns%n", best);
        assertThat(best).as("nanoseconds").isLessThan(6000);
    }
}
