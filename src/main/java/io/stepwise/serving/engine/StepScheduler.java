package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which rows take the next step. What was accepted waits in one queue; whenever an engine is free it takes the
 * rows that should go next, whatever requests they belong to, and gives them back one step further.
 *
 * <p><b>Who goes first.</b> The request with the least work left (SRPT, shortest remaining processing time; Schrage
 * 1968 shows that it gives the lowest mean latency on one machine), work being network rows still to compute, so that a
 * request with many images or with guidance counts for what it costs. A priority above 5 halves the work that a request
 * is ranked by, one below doubles it. A CPU asks for that: there a batch of eight takes five to eight times as long as
 * one, and a 20-step request that waits for a 1000-step one waits for nothing. On a GPU nearly everything fits in the
 * batch. So that nothing waits for ever, every {@value #ELDEST}th batch is led by the request that has waited longest.
 *
 * <p><b>How many go together.</b> As many as the batch size of the highest rate, {@link StepTimes#best}, but no more
 * than lets every request of the batch end within {@code stretch} times what it would take alone; one that is late goes
 * on at that pace, unless it has waited so long that it is past helping. Requests of at most twice the first one's time
 * alone may stretch it further ({@link BatchChoice}). What this was chosen from is in docs/adr/0005. Under a backlog of
 * equal requests, which are all late, batches are full. Rows are shared out evenly among engines that have nothing to
 * do. Rows of one batch belong to one model, that of the request at the front.
 *
 * <p><b>Who is let in.</b> Admission is atomic and bounded by images. The last quarter of the capacity is for requests
 * that end within {@code stretch} times their time alone if nothing else comes; else long ones, always overtaken, would
 * fill it in a lasting overload, and short ones be refused that could be done at once. A request whose deadline can't
 * be met, even if nothing else comes, is refused at once, and dropped as soon as it can't be any more.
 *
 * <p>INVARIANT: the images of all requests that are neither done, failed nor cancelled never pass the capacity.
 *
 * <p>INVARIANT: a row is in at most one batch. A row that fails together with others takes its next step alone; if it
 * fails again its request fails, and no other.
 */
public final class StepScheduler {
    private static final int ELDEST = 32;

    /** One part in so many of the capacity is kept for requests that end soon. */
    private static final int RESERVED = 4;

    private final int capacity;
    private final BatchChoice choice;
    private final int engines;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final IdleEngines idle = new IdleEngines(lock);
    private final Backlog backlog = new Backlog();
    private final Set<Row> suspects = Collections.newSetFromMap(new IdentityHashMap<>());
    private long batches;
    private boolean refusing;
    private boolean closed;

    /**
     * @param capacity images that may be on their way or wait, at least 1
     * @param stretch how much longer than alone a request may take for the sake of fuller batches, above 1
     * @param engines how many will call {@link #next}
     * @param clock nanoseconds, from anywhere
     */
    public StepScheduler(int capacity, double stretch, int engines, LongSupplier clock) {
        this.capacity = capacity;
        this.choice = new BatchChoice(stretch);
        this.engines = engines;
        this.clock = clock;
    }

    /** Now, in nanoseconds of the clock. */
    public long now() {
        return clock.getAsLong();
    }

    /** How many call {@link #next}. */
    int engines() {
        return engines;
    }

    /**
     * Takes {@code job} up.
     *
     * @throws NotReadyException after {@link #refuse} and {@link #close}
     * @throws QueueFullException when its images don't fit
     * @throws DeadlineExceededException when it can't be done by its deadline
     */
    public void admit(Job job) {
        lock.lock();
        try {
            if (refusing || closed) {
                throw NotReadyException.stopping();
            }
            long needed = (long) Math.max(job.soloNanos(), backlog.nanosToEndOf(job) / engines);
            int missing = backlog.images() + job.request().n() - roomFor(job, needed);
            if (missing > 0) {
                throw new QueueFullException(Duration.ofNanos((long) (backlog.nanosUntilFree(missing) / engines)));
            }
            if (job.nanosLeft(now()) < needed) {
                throw job.tooLate(needed);
            }
            job.waiting().forEach(member -> job.model().prepare(member.row()));
            backlog.add(job);
            for (int engine = 0; engine < Math.min(idle.count(), job.request().n()); engine++) {
                idle.wake();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Images that may be there with {@code job}, which takes {@code needed} nanoseconds if nothing else comes. */
    private int roomFor(Job job, long needed) {
        return needed <= choice.stretch() * job.soloNanos() ? capacity : capacity - capacity / RESERVED;
    }

    /** Forgets {@code job}; whether it was known. Its rows in batches are freed when they come back. */
    private boolean remove(Job job) {
        if (!backlog.remove(job)) {
            return false;
        }
        job.waiting().forEach(this::forget);
        job.waiting().clear();
        return true;
    }

    private void forget(Batch.Member member) {
        suspects.remove(member.row());
        member.leave();
    }

    /** The rows to take a step next; waits until there are any. Null after {@link #close}. */
    @Nullable
    public Batch next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                long now = now();
                dropLate(now);
                Batch batch = choose(now);
                if (batch != null) {
                    return batch;
                }
                idle.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Batch choose(long now) {
        boolean eldest = (batches + 1) % ELDEST == 0;
        Batch batch = choice.of(
                eldest ? backlog.byArrival() : backlog.byRank(), backlog.byRank(), suspects, idle.count(), now);
        if (batch == null) {
            return null;
        }
        batches++;
        batch.members().forEach(member -> member.job().start(member, now));
        if (idle.count() > 0 && backlog.hasWaiting()) { // more than this engine takes
            idle.wake();
        }
        return batch;
    }

    /** Gives up what can't be done in time any more, before it costs another step. */
    private void dropLate(long now) {
        for (Job job : List.copyOf(backlog.withDeadline())) {
            double least = job.stepsLeft() * job.model().times().nanos(1);
            if (job.nanosLeft(now) < least && remove(job)) {
                job.late(now - job.arrived() + (long) least);
            }
        }
    }

    /**
     * The rows of {@code batch} come back one step further.
     *
     * @param took nanoseconds of the step
     * @return those that are done, whose states are to be given to {@link #finish}
     */
    public List<Batch.Member> stepped(Batch batch, long took) {
        batch.model().times().observe(batch.networkRows(), took);
        List<Batch.Member> done = new ArrayList<>();
        lock.lock();
        try {
            for (Batch.Member member : batch.members()) {
                Job job = member.job();
                if (!backlog.contains(job)) {
                    forget(member);
                    continue;
                }
                suspects.remove(member.row());
                backlog.whileUnranked(
                        job, () -> job.stepped(member, batch.members().size()));
                if (member.row().isDone()) {
                    done.add(member);
                }
            }
        } finally {
            lock.unlock();
        }
        return done;
    }

    /** Takes the image of a row that is done, and completes the job with its last one. The caller has the row leave. */
    public void finish(Batch.Member member, float[] state) {
        Job job = member.job();
        lock.lock();
        try {
            if (!backlog.contains(job) || !job.finish(member.index(), state)) {
                return;
            }
            remove(job);
        } finally {
            lock.unlock();
        }
        job.complete(now());
    }

    /** The rows of {@code batch} come back where they were. A row that was alone has failed for good. */
    public void failed(Batch batch, Throwable cause) {
        if (batch.members().size() == 1) {
            fail(batch.members().get(0).job(), cause);
        }
        lock.lock();
        try {
            for (Batch.Member member : batch.members()) {
                if (!backlog.contains(member.job())) {
                    forget(member);
                } else {
                    suspects.add(member.row());
                    member.job().putBack(member);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends {@code job} without a result. */
    void fail(Job job, Throwable cause) {
        cancel(job);
        job.result().completeExceptionally(cause);
    }

    /** Gives {@code job} up; the rows of the network's batch that are saved by that, 0 if it was over. */
    public long cancel(Job job) {
        lock.lock();
        try {
            return remove(job) ? job.work() : 0;
        } finally {
            lock.unlock();
        }
    }

    /** What is on its way or waits. */
    QueueLength length() {
        lock.lock();
        try {
            return backlog.length();
        } finally {
            lock.unlock();
        }
    }

    /** Lets no more in; what is in goes on. */
    public void refuse() {
        lock.lock();
        try {
            refusing = true;
        } finally {
            lock.unlock();
        }
    }

    /** Lets no more in, ends every {@link #next}, and fails what is not done. */
    public void close() {
        List<Job> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(backlog.byArrival());
            idle.wakeAll();
        } finally {
            lock.unlock();
        }
        left.forEach(job -> fail(job, NotReadyException.stopping()));
    }
}
