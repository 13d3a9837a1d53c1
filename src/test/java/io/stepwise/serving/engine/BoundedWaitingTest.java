package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.serving.engine.Batch.Member;
import io.stepwise.serving.request.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long heavy requests wait beside others, on a clock that only steps move. */
class BoundedWaitingTest {
    private static final long MS = 1_000_000;
    private static final int CLIENTS = 20;
    private static final int REQUESTS = 759;

    /** Two engines of the default model's kind, as one of twice the speed. */
    private static final FakeModel MODEL = new FakeModel(3 * MS, 2.65 * MS, 16);

    private long now;
    private final StepScheduler scheduler = new StepScheduler(256, EngineSettings.DEFAULT_STRETCH, 1, () -> now);
    private final Deque<Job> answered = new ArrayDeque<>();

    /** How long requests took, in units of what they would have taken in the order of arrival. */
    private final List<Double> turns = new ArrayList<>();

    /** Short ones, guided ones, eight images at a time, and repaintings with their resampling. */
    private Job mixed(SplittableRandom random, @Nullable Duration deadline) {
        double kind = random.nextDouble();
        if (kind < .55) {
            return MODEL.job(random.nextInt(10, 51), 1, 5, deadline, 1, now);
        } else if (kind < .75) {
            return MODEL.job(50, random.nextInt(1, 5), 5, deadline, 3, now);
        } else if (kind < .9) {
            return MODEL.job(50, 8, 5, deadline, 1, now);
        }
        return MODEL.job(random.nextInt(250, 1000), random.nextInt(1, 9), 5, deadline, 1, now);
    }

    private void submit(Job job) {
        StepTimes times = MODEL.times();
        double before = scheduler.read(Backlog::length).nanos() + job.work() * times.nanosPerRow();
        double turn = before + job.stepsLeft() * times.nanos(times.best());
        job.result().thenRun(() -> {
            turns.add((now - job.arrived()) / turn);
            answered.add(job);
        });
        scheduler.admit(job);
    }

    private void step() throws InterruptedException {
        Batch batch = scheduler.next();
        batch.model().stepper(0).step(batch.rows());
        long took = Math.round(batch.model().times().nanos(batch.networkRows()));
        now += took;
        for (Member member : scheduler.stepped(batch, took)) {
            scheduler.finish(member, new float[0]);
        }
    }

    /** Each client sends its next request when it has the answer to the last. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void next_heavyBesideLight_everyRequestEndsWithinNineTimesItsTurn(long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        for (int sent = 0; sent < REQUESTS; ) {
            for (; sent < CLIENTS || (!answered.isEmpty() && sent < REQUESTS); sent++) {
                answered.poll();
                submit(mixed(random, null));
            }
            step();
        }
        while (turns.size() < REQUESTS) {
            step();
        }

        assertThat(turns).hasSize(REQUESTS);
        assertThat(Collections.max(turns)).isLessThan(9);
        assertThat(turns.stream().filter(turn -> turn > 2).count())
                .as("those that pay for the short ones")
                .isLessThan(REQUESTS / 20);
    }

    /** A client that says how long it waits has its images or a refusal by then. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void next_requestsWithADeadline_areAllAnsweredByThen(long seed) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(seed);
        Duration deadline = Duration.ofSeconds(30);
        List<Job> open = new ArrayList<>();
        int made = 0;
        int refused = 0;
        for (int sent = 0; sent < REQUESTS; ) {
            for (; open.size() < CLIENTS; sent++) {
                Job job = mixed(random, deadline);
                try {
                    scheduler.admit(job);
                    open.add(job);
                } catch (DeadlineExceededException e) {
                    refused++;
                }
            }
            step();
            made += (int) open.stream().filter(BoundedWaitingTest::isMade).count();
            open.removeIf(job -> job.result().isDone());
            long longestStep = Math.round(MODEL.times().nanos(MODEL.times().best()));
            assertThat(open).allMatch(job -> now - job.arrived() <= deadline.toNanos() + longestStep);
        }

        assertThat(made).as("those that got their images").isGreaterThan(REQUESTS * 3 / 4);
        assertThat(refused).as("those that were refused at once").isLessThan(REQUESTS / 8);
    }

    private static boolean isMade(Job job) {
        return job.result().isDone() && !job.result().isCompletedExceptionally();
    }
}
