package io.stepwise.serving.engine;

import io.stepwise.sampling.Row;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Timings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * An accepted request on its way.
 *
 * <p>INVARIANT: what concerns its rows is guarded by the {@link StepScheduler}'s lock. Work is counted in rows of the
 * network's batch: a guided step of an image counts twice.
 */
public final class Job {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final GenerationRequest request;
    private final EngineModel model;
    private final @Nullable ProgressWatch watch;
    private final long number;
    private final long arrived;
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
     * What became of it.
     *
     * @param states an image's [C,H,W] in about [-1,1] each, in the order of their index
     * @param timings where the time went
     */
    public record Result(List<float[]> states, Timings timings) {}

    /**
     * @param rows of its images, in their order
     * @param arrived when, in nanoseconds of the scheduler's clock
     * @param watch is told how it goes on; null where nobody wants to know
     */
    public Job(
            GenerationRequest request, EngineModel model, List<Row> rows, long arrived, @Nullable ProgressWatch watch) {
        this.request = request;
        this.model = model;
        this.watch = watch;
        this.number = NUMBERS.getAndIncrement();
        this.arrived = arrived;
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

    /** What it would take alone on one engine, its images side by side as far as that is worth it. */
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

    /** Is told by the engines how it goes on; null where nobody wants to know. */
    @Nullable
    public ProgressWatch watch() {
        return watch;
    }

    public CompletableFuture<Result> result() {
        return result;
    }

    /** Completed when none of its rows is waiting or in a batch any more: nothing of it needs the model from then on. */
    public CompletableFuture<@Nullable Void> left() {
        return left;
    }

    /** A row has left for good; called once for each. */
    void rowLeft() {
        if (rowsIn.decrementAndGet() == 0) {
            left.complete(null);
        }
    }

    /** Jobs count up in the order they are made in. */
    long number() {
        return number;
    }

    /** When it arrived, in nanoseconds of the scheduler's clock. */
    long arrived() {
        return arrived;
    }

    /** Has its steps noted in {@code trace}, null for none; called before it is admitted. */
    public void tracedBy(@Nullable GenerationTrace by) {
        trace = by;
    }

    /** Where its steps are noted; null where it isn't traced. */
    @Nullable
    public GenerationTrace trace() {
        return trace;
    }

    /** Whether nobody has asked this since it took its first step; for those who measure. */
    boolean isFirstStepNews() {
        return !firstStepTold.get() && firstStepTold.compareAndSet(false, true);
    }

    /** Nanoseconds from its arrival to its first step; for who took a row of it from the scheduler. */
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

    /** Nanoseconds until it is of no use any more; infinitely many where it always is. */
    double nanosLeft(long now) {
        Duration allowed = request.deadline();
        return allowed == null ? Double.POSITIVE_INFINITY : allowed.toNanos() - (now - arrived);
    }

    /** Rows of the network's batch still to be computed for it. */
    long work() {
        return work;
    }

    /** What it is ranked by: its work, halved for every priority above the normal and doubled for every one below. */
    double rank() {
        return work * rankPerWork;
    }

    /** Rows that wait for their next step, those that have come back last at the end. */
    Deque<Batch.Member> waiting() {
        return waiting;
    }

    /** Steps that its waiting row at the front has before it. */
    int stepsLeft() {
        Batch.Member first = waiting.peekFirst();
        return first == null ? 0 : first.row().stepsLeft();
    }

    /** Takes a waiting row into a batch. */
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

    /** Takes the state of a row that is done; whether it was the last one. */
    boolean finish(int index, float[] state) {
        states[index] = state;
        return ++finished == states.length;
    }

    /** Ends it because it can't be done by its deadline: it takes {@code needed} nanoseconds from its arrival. */
    void late(long needed) {
        result.completeExceptionally(tooLate(needed));
    }

    /** Why it can't be done by its deadline. */
    DeadlineExceededException tooLate(long needed) {
        Duration allowed = Objects.requireNonNullElse(request.deadline(), Duration.ZERO);
        return new DeadlineExceededException(allowed, Duration.ofNanos(needed));
    }

    /** Ends it well. */
    void complete(long now) {
        result.complete(new Result(
                List.of(states),
                new Timings(
                        Duration.ofNanos(firstStep - arrived),
                        Duration.ofNanos(now - firstStep),
                        (double) rowsBeside / stepsDone)));
    }
}
