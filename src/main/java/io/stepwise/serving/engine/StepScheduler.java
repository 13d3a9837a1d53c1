package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.QueuePlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which rows take the next denoising step. Accepted requests wait in one queue. An engine that is free takes the
 * rows that should go next, whichever requests they belong to, and gives them back one step further.
 *
 * <p><b>Order.</b> The request with the least work left goes first, which gives the lowest mean latency on one machine
 * (SRPT; Schrage 1968). {@link Job#rank} counts work in rows of the network, and weighs it by priority. So that no request
 * waits for ever, the oldest leads every {@value #OLDEST_LEADS_EVERY}nd batch.
 *
 * <p><b>Batch size.</b> The rows of a batch belong to one model, that of the request at the front. A batch has as many
 * rows as the size with the highest rate, {@link StepTimes#best}, but no more than let each of its requests end within
 * {@code stretch} times the time it would take alone. A late request goes on at that pace until it is hopeless; then it
 * limits no batch, so a backlog of equal requests runs in full batches. Idle engines share the rows evenly ({@link
 * BatchChoice}). ADR 5 gives the reasons.
 *
 * <p><b>Admission.</b> It is atomic, and bounded by images; a part of the capacity is reserved for requests that end soon.
 * A request that can't meet its deadline, or the longest wait, is refused at once, or dropped as soon as that is known.
 *
 * <p><b>Concurrency.</b> One lock guards this class, the {@link Backlog}, the {@link IdleEngines}, and what concerns the
 * rows of a {@link Job}. Threads that serve requests call {@link #admit} and {@link #cancel}; engines' threads call {@link
 * #next}, {@link #stepped}, {@link #finish}, {@link #failed} and {@link #fail}; any thread calls the others. Only {@code
 * next} waits. No step and no I/O happens under the lock. A row that is in a batch belongs to that engine's thread alone;
 * the lock hands it from one engine to the next. Results are completed without the lock, as their callbacks are other
 * classes' code. {@link Job#left} may be completed under it: its callback is short and doesn't call the scheduler.
 *
 * <p><b>Costs.</b> With j requests accepted and b rows in a batch, {@code next} looks at requests in their order until
 * the batch is full, as a rule O(b) and at most O(j + b), and at those with a deadline; {@code stepped} is O(b log j).
 * With warm caches both take about 3 µs for one row and 30 µs for 16. {@code admit}, {@code place} and {@code read} are O(j).
 *
 * <p>INVARIANT: the images of all requests that are neither done, failed nor cancelled never exceed the capacity.
 *
 * <p>INVARIANT: a row is in at most one batch. A row that fails together with others takes its next step alone; if it
 * fails again its request fails, and no other request does.
 */
public final class StepScheduler {
    /** The oldest request leads one batch in so many: one in 32 costs 1 to 3 % of the goodput, one in 8 costs 6 to 10 %. */
    static final int OLDEST_LEADS_EVERY = 32;
    /** One part in so many of the capacity is for requests that end within the stretch: in an overload long ones fill the rest. */
    static final int RESERVED_PART = 4;
    /** A late request is hopeless, and limits no batch any more, after so many times the time it would take alone. */
    static final double HOPELESS_AFTER = 6;
    /** A request of at most twice the leader's time alone may join it even if the step takes so many times too long then. */
    static final double SHORT_MAY_LENGTHEN = 1.3;

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
     * @param capacity images that may wait or be in work, at least 1
     * @param stretch how much longer than alone a request may take for the sake of fuller batches, above 1
     * @param engines how many engines call {@link #next}
     * @param clock nanoseconds since any moment
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

    /** How many engines call {@link #next}. */
    int engines() {
        return engines;
    }

    /**
     * Accepts {@code job}.
     *
     * @throws NotReadyException after {@link #refuse} and {@link #close}
     * @throws QueueFullException when there is no room for its images
     * @throws DeadlineExceededException when it can't meet its deadline
     */
    public void admit(Job job) {
        lock.lock();
        try {
            if (refusing || closed) {
                throw NotReadyException.stopping();
            }
            long needed = (long) Math.max(job.soloNanos(), backlog.nanosToEndOf(job) / engines);
            boolean endsSoon = needed <= choice.stretch() * job.soloNanos();
            int room = endsSoon ? capacity : capacity - capacity / RESERVED_PART;
            int missing = backlog.images() + job.request().n() - room;
            if (missing > 0) {
                throw new QueueFullException(Duration.ofNanos((long) (backlog.nanosUntilFree(missing) / engines)));
            }
            long now = now();
            if (job.nanosLeft(now) < needed) {
                throw job.tooLate(now - job.arrived() + needed);
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

    /** Forgets {@code job}; false if it was over. Its rows that are in batches are freed when they come back. */
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
        while (true) {
            Batch batch = null;
            List<Runnable> refusals = List.of();
            lock.lockInterruptibly();
            try {
                while (batch == null && refusals.isEmpty()) {
                    if (closed) {
                        return null;
                    }
                    refusals = dropLate(now());
                    batch = choose(now());
                    if (batch == null && refusals.isEmpty()) {
                        idle.await(); // holds the lock again: engines that were woken with this one still count as idle
                    }
                }
            } finally {
                lock.unlock();
            }
            refusals.forEach(Runnable::run);
            if (batch != null) {
                return batch;
            }
        }
    }

    private @Nullable Batch choose(long now) {
        Batch batch = choice.of(backlog, (batches + 1) % OLDEST_LEADS_EVERY == 0, suspects, idle.count(), now);
        if (batch != null) {
            batches++;
            batch.members().forEach(member -> member.job().start(member, now));
            if (idle.count() > 0 && backlog.hasWaiting()) { // this engine leaves some for others
                idle.wake();
            }
        }
        return batch;
    }

    /** Gives up requests that can't meet their deadline any more, before they cost another step; tells them when run. */
    private List<Runnable> dropLate(long now) {
        List<Runnable> refusals = new ArrayList<>();
        for (Job job : backlog.mayBeLate()) {
            double least = job.stepsLeft() * job.model().times().nanos(1);
            if (job.nanosLeft(now) < least && remove(job)) {
                refusals.add(() -> job.late(now - job.arrived() + (long) least));
            }
        }
        return refusals;
    }

    /**
     * The rows of {@code batch} come back one step further.
     *
     * @param took nanoseconds of the step
     * @return the rows that are done; the caller gives their states to {@link #finish}
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

    /** Takes the state of a row that is done, and completes the job with the last one. The caller frees the row. */
    public void finish(Batch.Member member, float[] state) {
        Job job = member.job();
        if (locked(() -> backlog.contains(job) && job.finish(member.index(), state) && remove(job))) {
            job.complete(now());
        }
    }

    /** The step of {@code batch} failed: its rows come back where they were. The job of a row that was alone fails. */
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

    /** Fails {@code job} with {@code cause}. */
    void fail(Job job, Throwable cause) {
        cancel(job);
        job.result().completeExceptionally(cause);
    }

    /** Gives up {@code job}; returns how many rows the network needn't compute now, 0 if the job was over. */
    public long cancel(Job job) {
        return locked(() -> remove(job) ? job.work() : 0);
    }

    /** The place of {@code job} now. */
    public QueuePlace place(Job job) {
        return locked(() -> backlog.placeOf(job, engines));
    }

    /** Reads what waits or is in work; {@code what} must be short. */
    <T> T read(java.util.function.Function<Backlog, T> what) {
        return locked(() -> what.apply(backlog));
    }

    /** Refuses new jobs from now on; accepted ones go on. */
    public void refuse() {
        locked(() -> refusing = true);
    }

    /** Refuses new jobs, ends every {@link #next}, and fails the jobs that are not done. */
    public void close() {
        List<Job> left = locked(() -> {
            closed = true;
            idle.wakeAll();
            return List.copyOf(backlog.byArrival());
        });
        left.forEach(job -> fail(job, NotReadyException.stopping()));
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
