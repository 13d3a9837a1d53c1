package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Plays a trace in an open loop. Every request is submitted when it is due, no matter how many are in flight, and its
 * latency counts from its due time. If a system stalls, the latency of everything that arrives meanwhile includes the
 * stall; otherwise the measurement would suffer from "coordinated omission" (Gil Tene).
 *
 * <p>The calling thread submits; the thread that completes an answer records it.
 */
final class LoadPlayer {
    private final Generator generator;
    private final Trace trace;
    private final AtomicReferenceArray<PlayedArrival> played;
    private final CountDownLatch unanswered;
    private final double[] lags;
    private long zero;

    private LoadPlayer(Generator generator, Trace trace) {
        this.generator = generator;
        this.trace = trace;
        int size = trace.arrivals().size();
        played = new AtomicReferenceArray<>(size);
        unanswered = new CountDownLatch(size);
        lags = new double[size];
    }

    /**
     * Plays {@code trace} and waits for its answers.
     *
     * @param patience time to wait after the window of the trace; a request that is not answered then is cancelled and
     *     counts as {@link Outcome#LATE}
     */
    static Playback play(Generator generator, Trace trace, Duration patience) throws InterruptedException {
        return new LoadPlayer(generator, trace).play(patience);
    }

    private Playback play(Duration patience) throws InterruptedException {
        zero = System.nanoTime();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (int i = 0; i < lags.length; i++) {
            long due = zero + trace.arrivals().get(i).at().toNanos();
            awaitNanos(due);
            lags[i] = (System.nanoTime() - due) / 1e9;
            answers.add(submit(i));
        }
        long end = zero + trace.window().toNanos();
        awaitNanos(end);
        if (!unanswered.await(end + patience.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            giveUp(answers);
        }
        Duration elapsed = Duration.ofNanos(Math.max(trace.window().toNanos(), lastAnswer()));
        List<PlayedArrival> all = new ArrayList<>();
        for (int i = 0; i < lags.length; i++) {
            all.add(played.get(i));
        }
        return new Playback(trace.window(), elapsed, Distribution.of(lags), all);
    }

    private CompletableFuture<?> submit(int i) {
        CompletableFuture<?> answer = generator.submit(trace.arrivals().get(i).request());
        answer.whenComplete((generation, failure) -> {
            note(i, outcome(failure));
            unanswered.countDown();
        });
        return answer; // not the dependent stage: cancelling that would not reach the generator
    }

    private void giveUp(List<CompletableFuture<?>> answers) {
        for (int i = 0; i < lags.length; i++) {
            note(i, Outcome.LATE);
        }
        answers.forEach(answer -> answer.cancel(true));
    }

    private void note(int i, Outcome outcome) {
        Arrival arrival = trace.arrivals().get(i);
        Duration latency = Duration.ofNanos(System.nanoTime() - zero).minus(arrival.at());
        played.compareAndSet(i, null, new PlayedArrival(arrival, outcome, latency));
    }

    /** The nanoseconds from the start to the last answer. */
    private long lastAnswer() {
        long last = 0;
        for (int i = 0; i < lags.length; i++) {
            last = Math.max(
                    last,
                    played.get(i).arrival().at().plus(played.get(i).latency()).toNanos());
        }
        return last;
    }

    /** Waits until the time {@code due}. */
    private static void awaitNanos(long due) throws InterruptedException {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    static Outcome outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return Outcome.COMPLETED;
        }
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof QueueFullException) {
            return Outcome.REFUSED;
        }
        return cause instanceof DeadlineExceededException ? Outcome.DEADLINE : Outcome.FAILED;
    }
}
