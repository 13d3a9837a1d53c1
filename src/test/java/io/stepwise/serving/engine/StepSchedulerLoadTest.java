package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.serving.engine.Batch.Member;
import io.stepwise.serving.request.QueueFullException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What becomes of requests that come at random, few and more than can be served, on a clock that only steps move. */
class StepSchedulerLoadTest {
    private static final long MS = 1_000_000;
    private static final double SECOND = 1e9;
    private static final int[] STEPS = {10, 20, 50, 100, 250, 500, 1000};
    private static final int CAPACITY = 256;
    private static final double OBJECTIVE = 3;
    private static final FakeModel CPU = new FakeModel(6 * MS, 6 * MS, 8);

    private long now;

    /**
     * One engine under Poisson arrivals, a request of S steps as often as 1/S.
     *
     * @param good requests per second that ended within three times their time alone
     * @param share of all that arrived
     */
    private record Load(double good, double share) {}

    private Load play(double load, double seconds) throws InterruptedException {
        now = 0;
        StepScheduler scheduler = new StepScheduler(CAPACITY, EngineSettings.DEFAULT_STRETCH, 1, () -> now);
        SplittableRandom random = new SplittableRandom(1);
        double between = meanSteps() * CPU.times().nanosPerRow() / load;
        List<Job> good = new ArrayList<>();
        double next = 0;
        int arrived = 0;
        while (now < seconds * SECOND) {
            while (next <= now) {
                arrived++;
                Job job = CPU.job(steps(random), 1, 5, null, 1, (long) next);
                next -= Math.log(1 - random.nextDouble()) * between;
                job.result().thenRun(() -> ended(job, good));
                offer(job, scheduler);
            }
            if (scheduler.read(Backlog::length).images() == 0) {
                now = (long) next + 1;
                continue;
            }
            step(scheduler);
        }
        return new Load(good.size() / seconds, (double) good.size() / arrived);
    }

    private static void offer(Job job, StepScheduler scheduler) {
        try {
            scheduler.admit(job);
        } catch (QueueFullException e) {
            job.result().cancel(false);
        }
    }

    private void ended(Job job, List<Job> good) {
        if (now - job.arrived() <= OBJECTIVE * job.soloNanos()) {
            good.add(job);
        }
    }

    private void step(StepScheduler scheduler) throws InterruptedException {
        Batch batch = scheduler.next();
        batch.model().stepper(0).step(batch.rows());
        long took = Math.round(batch.model().times().nanos(batch.networkRows()));
        now += took;
        for (Member member : scheduler.stepped(batch, took)) {
            scheduler.finish(member, new float[0]);
        }
    }

    private static double meanSteps() {
        double frequencies = 0;
        for (int steps : STEPS) {
            frequencies += 1.0 / steps;
        }
        return STEPS.length / frequencies;
    }

    private static int steps(SplittableRandom random) {
        double left = random.nextDouble() * STEPS.length / meanSteps();
        for (int steps : STEPS) {
            left -= 1.0 / steps;
            if (left < 0) {
                return steps;
            }
        }
        return STEPS[STEPS.length - 1];
    }

    @Test
    void admit_threeTimesTheCapacityForTenMinutes_asManyInTimeAsBelowIt() throws InterruptedException {
        double normal = play(0.9, 600).good;
        Load overload = play(3, 600);

        assertThat(overload.good)
                .as("per second, beside %f at load 0.9", normal)
                .isGreaterThan(1.4 * normal);
        assertThat(overload.share).as("who is in time of all").isBetween(.35, .5);
    }

    /** Short ones that come one upon the other go together: the third doesn't wait for the first to end. */
    @Test
    void next_shortOnesBesideLongOnes_endWithinTwoAndAHalfTimesTheirTimeAlone() throws InterruptedException {
        FakeModel measured = new FakeModel(6 * MS, 5.3 * MS, 16); // the default model on a processor
        List<Double> stretches = new ArrayList<>();
        for (int seed = 0; seed < 8; seed++) {
            stretches.addAll(shortOnesBesideLongOnes(measured, seed));
        }

        assertThat(stretches).hasSizeGreaterThan(8000);
        stretches.sort(null);
        assertThat(stretches.get(stretches.size() * 99 / 100)).isLessThan(2.5);
    }

    /** How many times their time alone requests of 20 steps take that come at random beside four of 1000. */
    private List<Double> shortOnesBesideLongOnes(FakeModel model, int seed) throws InterruptedException {
        now = 0;
        StepScheduler scheduler = new StepScheduler(CAPACITY, EngineSettings.DEFAULT_STRETCH, 1, () -> now);
        SplittableRandom random = new SplittableRandom(seed);
        double between = 20 * model.times().nanosPerRow() / 0.15;
        List<Job> longOnes = new ArrayList<>();
        List<Double> stretches = new ArrayList<>();
        double next = 0;
        while (now < 1000 * SECOND) {
            longOnes.removeIf(job -> job.result().isDone());
            while (longOnes.size() < 4) {
                longOnes.add(model.job(1000, 1, 5, null, 1, now));
                scheduler.admit(longOnes.get(longOnes.size() - 1));
            }
            for (; next <= now; next -= Math.log(1 - random.nextDouble()) * between) {
                Job job = model.job(20, 1, 5, null, 1, (long) next);
                job.result().thenRun(() -> stretches.add((double) (now - job.arrived()) / job.soloNanos()));
                scheduler.admit(job);
            }
            step(scheduler);
        }
        return stretches;
    }
}
