package io.stepwise.serving.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.serving.engine.Batch.Member;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.QueuePlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The policy, on a clock that only steps move. Times are in milliseconds. */
class StepSchedulerTest {
    private static final long MS = 1_000_000;
    private static final FakeModel CPU = new FakeModel(6 * MS, 6 * MS, 8);
    private static final FakeModel GPU = new FakeModel(8 * MS, .3 * MS, 32);

    private long now;
    private StepScheduler scheduler = scheduler(64, 1);

    private StepScheduler scheduler(int capacity, int engines) {
        return new StepScheduler(capacity, EngineSettings.DEFAULT_STRETCH, engines, () -> now);
    }

    private Job admit(Job job) {
        scheduler.admit(job);
        return job;
    }

    private Job job(FakeModel model, int steps) {
        return model.job(steps, 1, 5, null, 1, now);
    }

    /** What an engine does with a batch. */
    private Batch step() throws InterruptedException {
        Batch batch = scheduler.next();
        end(batch);
        return batch;
    }

    private void end(Batch batch) {
        batch.model().stepper(0).step(batch.rows());
        long took = Math.round(batch.model().times().nanos(batch.networkRows()));
        now += took;
        for (Member member : scheduler.stepped(batch, took)) {
            scheduler.finish(member, new float[0]);
        }
    }

    private static Set<Job> jobs(Batch batch) {
        Set<Job> jobs = new HashSet<>();
        batch.members().forEach(member -> jobs.add(member.job()));
        return jobs;
    }

    /** A step of the model takes 12 ms for one row, and 6.75 ms a row for eight. */
    @Test
    void place_isByTheWorkThatIsLeft() throws InterruptedException {
        Job longer = admit(job(CPU, 100));
        assertThat(scheduler.place(longer)).isEqualTo(new QueuePlace(0, Duration.ofMillis(1200)));

        List<Job> shorter = Stream.generate(() -> admit(job(CPU, 90))).limit(9).toList();

        assertThat(scheduler.place(longer)).isEqualTo(new QueuePlace(9, Duration.ofNanos(910 * 6_750_000L)));
        assertThat(scheduler.place(shorter.get(2)).ahead()).isEqualTo(2);
        scheduler.cancel(shorter.get(0));
        assertThat(scheduler.place(longer).ahead()).isEqualTo(8);
        assertThat(scheduler.place(shorter.get(0))).isEqualTo(QueuePlace.OVER);
    }

    private static boolean isDone(Job job) {
        return job.result().isDone();
    }

    @Test
    void next_shortBesideLong_shortGoesFirst() throws InterruptedException {
        Job longer = admit(job(CPU, 1000));
        step();
        Job shorter = admit(job(CPU, 20));

        assertThat(scheduler.next().members().get(0).job()).isSameAs(shorter);
        assertThat(isDone(longer)).isFalse();
    }

    /** A short request beside long ones still ends within the stretch of its time alone. */
    @Test
    void next_shortBesideManyLong_endsWithinTheStretch() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            admit(job(CPU, 1000));
        }
        for (int i = 0; i < 5; i++) {
            step();
        }
        long start = now;
        Job shorter = admit(job(CPU, 20));
        int fullest = 0;
        while (!isDone(shorter)) {
            fullest = Math.max(fullest, step().members().size());
        }

        assertThat((double) (now - start)).isBetween(1.5 * shorter.soloNanos(), 2.2 * shorter.soloNanos());
        assertThat(fullest).as("nor does it have the engine for itself").isGreaterThan(1);
    }

    @Test
    void next_newRow_joinsWithTheNextStep() throws InterruptedException {
        admit(job(GPU, 50));
        step();
        Job second = admit(job(GPU, 100));

        Batch batch = step();

        assertThat(jobs(batch)).contains(second).hasSize(2);
    }

    /** Where the batch is nearly free everything goes together. */
    @Test
    void next_onAGpu_takesAllThereIs() throws InterruptedException {
        for (int steps : new int[] {10, 20, 50, 1000}) {
            admit(job(GPU, steps));
        }

        assertThat(step().members()).hasSize(4);
    }

    @Test
    void next_backlogOfEqualRequests_fillsEveryBatch() throws InterruptedException {
        scheduler = scheduler(100, 1);
        int rows = 0;
        int batches = 0;
        for (int i = 0; i < 64; i++) {
            admit(job(CPU, 20));
        }
        now += 10_000 * MS; // all are late: nothing is gained by smaller batches
        while (batches < 100) {
            rows += step().networkRows();
            batches++;
        }

        assertThat(rows / (double) batches / CPU.times().best()).isGreaterThan(.95);
    }

    @Test
    void next_guidedRows_countTwice() throws InterruptedException {
        Job guided = admit(CPU.job(10, 8, 5, null, 3, now));

        Batch batch = step();

        assertThat(CPU.times().best()).isEqualTo(8);
        assertThat(batch.members()).hasSize(4);
        assertThat(batch.networkRows()).isEqualTo(8);
        assertThat(guided.work()).isEqualTo(2 * 8 * 10 - 8);
    }

    @Test
    void next_imagesOfOneRequest_stayTogether() throws InterruptedException {
        Job job = admit(CPU.job(4, 3, 5, null, 1, now));
        int steps = 0;
        while (!isDone(job)) {
            assertThat(step().members()).hasSize(3);
            steps++;
        }

        assertThat(steps).isEqualTo(4);
        assertThat(job.result().join().timings().meanBatch()).isEqualTo(3);
        assertThat(job.result().join().timings().compute()).isEqualTo(Duration.ofMillis(4 * (6 + 3 * 6)));
    }

    @Test
    void next_higherPriority_goesBeforeTwiceTheWorkAndNotMore() throws InterruptedException {
        Job normal = job(CPU, 100);
        Job above = CPU.job(190, 1, 6, null, 1, now);
        Job alsoAbove = CPU.job(210, 1, 6, null, 1, now);
        List.of(normal, above, alsoAbove).forEach(this::admit);

        assertThat(List.of(above.rank(), normal.rank(), alsoAbove.rank())).isSorted();
        assertThat(scheduler.next().members().get(0).job()).isSameAs(above);
    }

    /** Short requests that never stop coming don't keep a long one from its end. */
    @Test
    void next_endlessShortRequests_dontStarveALongOne() throws InterruptedException {
        FakeModel one = new FakeModel(MS, 10 * MS, 1);
        Job longer = admit(job(one, 100));
        Job shorter = admit(job(one, 5));
        int steps = 0;
        while (!isDone(longer)) {
            if (isDone(shorter)) {
                shorter = admit(job(one, 5));
            }
            step();
            assertThat(++steps).isLessThan(33 * 100);
        }
    }

    @Test
    void next_otherModels_dontShareABatch() throws InterruptedException {
        admit(job(CPU, 10));
        admit(job(GPU, 10));

        assertThat(jobs(step())).hasSize(1);
    }

    @Test
    @Timeout(60)
    void next_twoIdleEngines_shareTheRows() throws Exception {
        scheduler = scheduler(64, 2);
        List<Integer> taken = Collections.synchronizedList(new ArrayList<>());
        List<Thread> engines = List.of(engine(taken), engine(taken));
        for (Thread engine : engines) {
            engine.start();
            while (!isIdle(engine)) {
                Thread.onSpinWait();
            }
        }
        admit(CPU.job(10, 6, 5, null, 1, now));
        for (Thread engine : engines) {
            engine.join();
        }

        assertThat(taken).containsExactly(3, 3);
    }

    /** A thread that is not idle may wait too, such as for a class to be loaded; an idle one holds the lock until it waits. */
    private static boolean isIdle(Thread engine) {
        return Arrays.stream(engine.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(IdleEngines.class.getName()));
    }

    private Thread engine(List<Integer> taken) {
        return new Thread(() -> {
            try {
                taken.add(scheduler.next().members().size());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void admit_beyondTheCapacity_isRefusedWithTheTimeUntilThereIsRoom() {
        scheduler = scheduler(4, 1);
        admit(CPU.job(100, 2, 5, null, 1, now));
        admit(CPU.job(10, 2, 5, null, 1, now));

        assertThatThrownBy(() -> admit(CPU.job(10, 2, 5, null, 1, now)))
                .isInstanceOfSatisfying(
                        QueueFullException.class, e -> assertThat(e.retryAfter().toMillis())
                                .as("the shorter of the two, at the best rate, makes room")
                                .isCloseTo(Math.round(2 * 10 * 54 / 8.0), within(2L)));
        assertThat(scheduler.read(Backlog::length).images()).isEqualTo(4);
    }

    /** Long requests, which short ones overtake again and again, would fill the queue in the end. */
    @Test
    void admit_lastQuarterOfTheCapacity_isForRequestsThatEndSoon() throws InterruptedException {
        scheduler = scheduler(16, 1);
        for (int i = 0; i < 12; i++) {
            admit(job(CPU, 300));
        }

        assertThatThrownBy(() -> admit(job(CPU, 300))).isInstanceOfSatisfying(QueueFullException.class, e -> assertThat(
                        e.retryAfter().toMillis())
                .as("until one of the twelve is done")
                .isCloseTo(Math.round(300 * 54 / 8.0), within(2L)));
        for (int i = 0; i < 2; i++) {
            admit(job(CPU, 20));
        }
        assertThatThrownBy(() -> admit(job(CPU, 1000))).isInstanceOf(QueueFullException.class);
        Job first = admit(CPU.job(300, 1, 9, null, 1, now));
        assertThat(scheduler.read(Backlog::length).images()).isEqualTo(15);
        assertThat(jobs(scheduler.next())).as("priority counts in that, too").contains(first);
    }

    @Test
    void admit_deadlineThatCannotBeMet_isRefusedAtOnce() {
        assertThatThrownBy(() -> admit(CPU.job(100, 1, 5, Duration.ofMillis(1100), 1, now)))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("1100 ms")
                .hasMessageContaining("1200 ms");
        admit(CPU.job(100, 1, 5, Duration.ofMillis(1300), 1, now));

        assertThat(scheduler.read(Backlog::length).images()).isEqualTo(1);
    }

    @Test
    void admit_deadlineBehindShorterWork_countsThatWork() {
        scheduler = scheduler(100, 1);
        for (int i = 0; i < 60; i++) {
            admit(job(CPU, 90));
        }

        assertThatThrownBy(() -> admit(CPU.job(100, 1, 5, Duration.ofSeconds(30), 1, now)))
                .isInstanceOf(DeadlineExceededException.class);
        admit(CPU.job(10, 1, 5, Duration.ofSeconds(30), 1, now));
    }

    @Test
    void next_deadlineThatHasBecomeImpossible_isDroppedBeforeAnotherStep() throws InterruptedException {
        Job late = admit(CPU.job(100, 1, 5, Duration.ofMillis(1300), 1, now));
        step();
        now += 200 * MS;
        Job other = admit(job(CPU, 1000));

        assertThat(jobs(step())).containsExactly(other);
        assertThat(late.result()).isCompletedExceptionally();
        assertThatThrownBy(() -> late.result().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(scheduler.read(Backlog::length).images()).isEqualTo(1);
    }

    /** Another thread can use the scheduler while a request's callbacks run, as they would for any failure. */
    @Test
    void next_deadlineThatHasBecomeImpossible_isToldWithoutTheLock() throws InterruptedException {
        Job late = admit(CPU.job(100, 1, 5, Duration.ofMillis(1300), 1, now));
        CompletableFuture<Integer> seen = late.result()
                .handle((made, failure) -> CompletableFuture.supplyAsync(() -> scheduler.read(Backlog::length))
                        .orTimeout(10, TimeUnit.SECONDS)
                        .join()
                        .images());
        now += 200 * MS;
        admit(job(CPU, 1000));

        step();
        assertThat(seen).isCompletedWithValue(1);
    }

    @Test
    void cancel_waitingOrRunning_costsNoFurtherStep() throws InterruptedException {
        Job kept = admit(job(CPU, 30));
        Job gone = admit(CPU.job(40, 2, 5, null, 1, now));
        now += 10_000 * MS;
        Batch running = scheduler.next();
        assertThat(jobs(running)).contains(gone);

        assertThat(scheduler.cancel(gone)).isEqualTo(80);
        assertThat(scheduler.cancel(gone)).isZero();
        end(running);

        for (int i = 0; i < 29; i++) {
            assertThat(jobs(step())).containsExactly(kept);
        }
        assertThat(isDone(kept)).isTrue();
        assertThat(scheduler.read(Backlog::length).images()).isZero();
        assertThat(scheduler.read(Backlog::length).steps()).isZero();
    }

    @Test
    void failed_severalRows_findsTheGuiltyOneAndSparesTheOthers() throws InterruptedException {
        Job innocent = admit(job(GPU, 3));
        Job guilty = admit(job(GPU, 4));
        Job alsoInnocent = admit(job(GPU, 5));
        IllegalStateException fault = new IllegalStateException("bad row");
        int failures = 0;
        while (!(isDone(innocent) && isDone(guilty) && isDone(alsoInnocent))) {
            Batch batch = scheduler.next();
            if (jobs(batch).contains(guilty)) {
                scheduler.failed(batch, fault);
                failures++;
            } else {
                end(batch);
            }
        }

        assertThat(failures).isEqualTo(2);
        assertThat(guilty.result()).isCompletedExceptionally();
        assertThat(innocent.result()).isCompleted();
        assertThat(alsoInnocent.result()).isCompleted();
        assertThat(scheduler.read(Backlog::length).images()).isZero();
    }

    @Test
    void close_withWork_failsItAndEndsTheEngines() throws InterruptedException {
        Job job = admit(job(CPU, 10));
        scheduler.close();

        assertThat(scheduler.next()).isNull();
        assertThat(job.result()).isCompletedExceptionally();
        assertThatThrownBy(() -> admit(job(CPU, 10))).isInstanceOf(NotReadyException.class);
    }

    /** Whatever happens in whatever order: nothing is lost, nothing is counted twice, the capacity holds. */
    @Test
    void everything_atRandom_keepsTheBooksStraight() throws InterruptedException {
        Random random = new Random(7);
        scheduler = scheduler(40, 3);
        List<Job> all = new ArrayList<>();
        List<Batch> running = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            int action = random.nextInt(10);
            if (action < 2) {
                FakeModel model = random.nextBoolean() ? CPU : GPU;
                Job job = model.job(
                        1 + random.nextInt(30),
                        1 + random.nextInt(6),
                        random.nextInt(10),
                        null,
                        1 + random.nextInt(2),
                        now);
                try {
                    all.add(admit(job));
                } catch (QueueFullException e) {
                    assertThat(scheduler.read(Backlog::length).images()
                                    + job.request().n())
                            .isGreaterThan(30);
                }
            } else if (action < 5
                    && running.size() < 3
                    && all.stream().anyMatch(job -> !job.waiting().isEmpty())) {
                running.add(scheduler.next());
            } else if (action < 9 && !running.isEmpty()) {
                end(running.remove(random.nextInt(running.size())));
            } else if (action == 9 && !all.isEmpty() && random.nextInt(4) == 0) {
                scheduler.cancel(all.get(random.nextInt(all.size())));
            } else if (action == 9 && !running.isEmpty()) {
                scheduler.failed(running.remove(0), new IllegalStateException("at random"));
            }
            assertThat(scheduler.read(Backlog::length).images()).isBetween(0, 40);
            Set<Object> rows = new HashSet<>();
            running.forEach(batch ->
                    batch.rows().forEach(row -> assertThat(rows.add(row)).isTrue()));
        }
        running.forEach(this::end);
        while (scheduler.read(Backlog::length).images() > 0) {
            step();
        }
        assertThat(scheduler.read(Backlog::length).steps()).isZero();
    }
}
