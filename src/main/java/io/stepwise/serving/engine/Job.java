package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.EngineWatch;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Timings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A request that is being made into images. Work is counted in rows of the network's batch: a guided step of an image
 * counts twice.
 *
 * <p>INVARIANT: the {@link StepScheduler}'s lock guards the fields that are neither final nor atomic, the waiting rows and
 * the states. The trace is set before the job is admitted.
 */
public final class Job {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final GenerationRequest request;
    private final EngineModel model;
    private final @Nullable ProgressWatch watch;
    private final long number;
    private final long arrived;
    private final Duration allowed;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> left = new CompletableFuture<>();
    private final AtomicInteger rowsIn;
    private final AtomicBoolean firstStepTold = new AtomicBoolean();
    private final Deque<Batch.Member> waiting = new ArrayDeque<>();
    private final float[][] states;
    private final int steps;
    private final long soloNanos;
    private final double rankPerWork;
    private @Nullable GenerationTrace trace;
    private long work;
    private int finished;
    private boolean begun;
    private long firstStep;
    private long stepsDone;
    private long rowsBeside;

    /**
     * The result.
     *
     * @param states an image's [C,H,W] in about [-1,1] each, in the order of their index
     * @param timings where the time went
     */
    public record Result(List<float[]> states, Timings timings) {}

    /**
     * @param rows of its images, in the order of their index
     * @param arrived when, in nanoseconds of the scheduler's clock
     * @param allowed time from its arrival after which it is of no use: its deadline, or the longest wait of requests without one
     * @param watch is told of its steps; null for none
     */
    public Job(
            GenerationRequest request,
            EngineModel model,
            List<Row> rows,
            long arrived,
            Duration allowed,
            @Nullable ProgressWatch watch) {
        this.request = request;
        this.model = model;
        this.watch = watch;
        this.number = NUMBERS.getAndIncrement();
        this.arrived = arrived;
        this.allowed = allowed;
        steps = rows.get(0).stepsLeft();
        states = new float[rows.size()][];
        rowsIn = new AtomicInteger(rows.size());
        for (Row row : rows) {
            waiting.add(Batch.Member.of(this, waiting.size(), row));
            work += row.networkRowsLeft();
        }
        soloNanos = Math.round(soloOf(model.times()));
        rankPerWork = Math.pow(2, GenerationRequest.DEFAULT_PRIORITY - request.priority());
    }

    /** Nanoseconds on one engine without other requests, in batches of the best size. */
    private double soloOf(StepTimes times) {
        long rows = Math.min(work, (long) request.n() * (request.guidance() == 1 ? 1 : 2));
        long full = rows / times.best();
        double step = full * times.nanos(times.best()) + times.nanos((int) (rows % times.best()));
        return rows == 0 ? 0 : (double) work / rows * step;
    }

    public GenerationRequest request() {
        return request;
    }

    EngineModel model() {
        return model;
    }

    /** Is told of its steps by the engines; null for none. */
    @Nullable
    public ProgressWatch watch() {
        return watch;
    }

    public CompletableFuture<Result> result() {
        return result;
    }

    /** Completed when none of its rows waits or is in a batch any more: from then on the job doesn't need the model. */
    public CompletableFuture<@Nullable Void> left() {
        return left;
    }

    /** A row has left for good; called once for each row, by any thread. */
    void rowLeft() {
        if (rowsIn.decrementAndGet() == 0) {
            left.complete(null);
        }
    }

    /** Jobs are numbered in the order in which they are made. */
    long number() {
        return number;
    }

    /** When it arrived, in nanoseconds of the scheduler's clock. */
    long arrived() {
        return arrived;
    }

    /** Notes its steps in {@code by}, null for none; called before it is admitted. */
    public void tracedBy(@Nullable GenerationTrace by) {
        trace = by;
    }

    /** Where its steps are noted; null if it isn't traced. */
    @Nullable
    public GenerationTrace trace() {
        return trace;
    }

    /** True the first time that it is called; for the metrics, after the first step. */
    boolean isFirstStepNews() {
        return !firstStepTold.get() && firstStepTold.compareAndSet(false, true);
    }

    /** Nanoseconds from its arrival to its first step; only for a thread that took a row of it from the scheduler. */
    long queueNanos() {
        return firstStep - arrived;
    }

    /** Nanoseconds it would take alone on one engine. */
    long soloNanos() {
        return soloNanos;
    }

    /** Nanoseconds of a step alone on one engine. */
    double soloStepNanos() {
        return (double) soloNanos / steps;
    }

    /** Nanoseconds until it is of no use. */
    long nanosLeft(long now) {
        return allowed.toNanos() - (now - arrived);
    }

    /** Rows that the network still has to compute for it. */
    long work() {
        return work;
    }

    /** What it is ranked by, the least first: its work, halved for each level of priority above the default and doubled for each below. */
    double rank() {
        return work * rankPerWork;
    }

    /** Its rows that wait for their next step; the row that came back last is at the end. */
    Deque<Batch.Member> waiting() {
        return waiting;
    }

    /** Steps that the first of its waiting rows still has to take. */
    int stepsLeft() {
        Batch.Member first = waiting.peekFirst();
        return first == null ? 0 : first.row().stepsLeft();
    }

    /** One of its waiting rows goes into a batch. */
    void start(Batch.Member member, long now) {
        waiting.remove(member);
        if (!begun) {
            begun = true;
            firstStep = now;
        }
    }

    /** A row comes back from a batch of {@code rows} rows, one step further. */
    void stepped(Batch.Member member, int rows) {
        work -= member.networkRows();
        stepsDone++;
        rowsBeside += rows;
        if (!member.row().isDone()) {
            waiting.add(member.next());
        }
    }

    /** A row comes back from a batch that failed, where it was. */
    void putBack(Batch.Member member) {
        waiting.addFirst(member);
    }

    /** Keeps the state of a row that is done; true if it was the last row. */
    boolean finish(int index, float[] state) {
        states[index] = state;
        return ++finished == states.length;
    }

    /** Fails it, because it can't meet its deadline: it takes {@code needed} nanoseconds from its arrival. */
    void late(long needed) {
        result.completeExceptionally(tooLate(needed));
    }

    /** The failure of a job that can't meet its deadline. */
    DeadlineExceededException tooLate(long needed) {
        return new DeadlineExceededException(allowed, Duration.ofNanos(needed));
    }

    /** What operators see of it. */
    EngineWatch.Queued queued(long now) {
        return new EngineWatch.Queued(
                number,
                model.toString(),
                request.label(),
                request.n(),
                steps,
                request.priority(),
                work,
                Duration.ofNanos(Math.max(0, now - arrived)),
                begun);
    }

    /** Completes it with its states. */
    void complete(long now) {
        result.complete(new Result(
                List.of(states),
                new Timings(
                        Duration.ofNanos(firstStep - arrived),
                        Duration.ofNanos(now - firstStep),
                        (double) rowsBeside / stepsDone)));
    }
}
