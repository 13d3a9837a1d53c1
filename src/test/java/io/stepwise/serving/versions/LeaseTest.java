package io.stepwise.serving.versions;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.serving.engine.Batch;
import io.stepwise.serving.engine.Batch.Member;
import io.stepwise.serving.engine.FakeModel;
import io.stepwise.serving.engine.Job;
import io.stepwise.serving.engine.StepScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When a request is through with its model, and when a model can be closed. */
class LeaseTest {
    private final StepScheduler scheduler = new StepScheduler(64, 2, 1, () -> 0);
    private final FakeModel fake = new FakeModel(1, 1, 8);
    private final AtomicInteger idle = new AtomicInteger();
    private final AtomicInteger free = new AtomicInteger();
    private final LoadedModel model =
            new LoadedModel(null, 7, any -> idle.incrementAndGet(), any -> free.incrementAndGet());

    private Job admitted(int steps, int n) {
        Job job = fake.job(steps, n, 5, null, 1, 0);
        scheduler.admit(job);
        return job;
    }

    @Test
    void left_jobThatEndsWell_comesWithTheLastRow() throws InterruptedException {
        Job job = admitted(1, 2);
        Batch batch = scheduler.next();
        fake.stepper(0).step(batch.rows());
        List<Member> done = scheduler.stepped(batch, 1);
        assertThat(done).hasSize(2);

        for (Member member : done) {
            assertThat(job.left()).isNotDone();
            scheduler.finish(member, new float[0]);
            assertThat(job.left()).as("its state was just read").isNotDone();
            member.leave();
        }
        assertThat(job.result()).isDone();
        assertThat(job.left()).isDone();
    }

    /** The engine is still inside a step of it. */
    @Test
    void left_jobCancelledWhileInABatch_comesWithTheBatch() throws InterruptedException {
        Job job = admitted(9, 3);
        Batch batch = scheduler.next();
        assertThat(batch.members()).isNotEmpty();
        scheduler.cancel(job);
        assertThat(job.left()).isNotDone();

        fake.stepper(0).step(batch.rows());
        assertThat(scheduler.stepped(batch, 1)).isEmpty();
        assertThat(job.left()).isDone();
    }

    @Test
    void left_jobCancelledWhileItsBatchFails_comesWithTheBatch() throws InterruptedException {
        Job job = admitted(9, 3);
        Batch batch = scheduler.next();
        scheduler.cancel(job);
        scheduler.failed(batch, new IllegalStateException("broken"));

        assertThat(job.left()).isDone();
    }

    @Test
    void left_jobWhoseRowFailsForGood_comesWithThatRow() throws InterruptedException {
        Job job = admitted(9, 1);
        scheduler.failed(scheduler.next(), new IllegalStateException("broken"));

        assertThat(job.result()).isCompletedExceptionally();
        assertThat(job.left()).isDone();
    }

    @Test
    void left_jobCancelledBeforeItsFirstStep_comesAtOnce() {
        Job job = admitted(9, 3);
        scheduler.cancel(job);

        assertThat(job.left()).isDone();
    }

    @Test
    void retire_whileLeased_freesWithTheLastLease() {
        Lease first = model.lease();
        Lease second = model.lease();
        assertThat(model.retire()).isFalse();

        first.close();
        first.close();
        assertThat(free).as("closing twice counts once").hasValue(0);
        second.close();
        assertThat(free).hasValue(1);
        assertThat(model.lease()).isNull();
    }

    @Test
    void retire_whileIdle_canBeClosedAtOnce() {
        model.lease().close();
        assertThat(idle).hasValue(1);

        assertThat(model.retire()).isTrue();
        assertThat(free).as("the caller knows").hasValue(0);
        assertThat(model.lease()).isNull();
    }

    @Test
    void retireIfIdle_whileLeased_doesNothing() {
        Lease lease = model.lease();
        assertThat(model.isIdle()).isFalse();
        assertThat(model.retireIfIdle()).isFalse();

        lease.close();
        assertThat(model.isIdle()).isTrue();
        assertThat(model.retireIfIdle()).isTrue();
        assertThat(model.lease()).isNull();
        assertThat(free).hasValue(0);
    }

    @Test
    void lease_byManyThreadsWhileItIsRetired_isFreedOnceAndAfterAll() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger held = new AtomicInteger();
        AtomicInteger tooLate = new AtomicInteger();
        for (int round = 0; round < 200; round++) {
            AtomicInteger freed = new AtomicInteger();
            LoadedModel shared = new LoadedModel(null, 7, any -> {}, any -> {
                freed.incrementAndGet();
                tooLate.addAndGet(held.get());
            });
            List<Future<?>> users = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                users.add(threads.submit(() -> {
                    for (Lease lease = shared.lease(); lease != null; lease = shared.lease()) {
                        held.incrementAndGet();
                        held.decrementAndGet();
                        lease.close();
                    }
                }));
            }
            boolean atOnce = shared.retire();
            for (Future<?> user : users) {
                user.get(1, TimeUnit.MINUTES);
            }
            assertThat(freed.get() + (atOnce ? 1 : 0)).isEqualTo(1);
        }
        threads.shutdown();
        assertThat(tooLate).as("leases that were held when it was freed").hasValue(0);
    }
}
