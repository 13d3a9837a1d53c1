package io.stepwise.serving.versions;

import io.stepwise.serving.request.NotReadyException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * One thread that loads models, one task after the other, so that neither callers nor engines wait for the disk. A task
 * that finds no room in memory is tried again when some may be free, in order of arrival, for {@link #PATIENCE}.
 */
final class LoadQueue implements AutoCloseable {
    /** How long a task waits for memory. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(LoadQueue.class);

    private final LongSupplier clock;
    private final Deque<Waiting<?>> waiting = new ArrayDeque<>(); // used by the thread only
    private final AtomicBoolean retryComing = new AtomicBoolean();
    private volatile boolean someWait;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "model-loader");
        made.setDaemon(true);
        return made;
    });

    /** @param clock nanoseconds from any origin */
    LoadQueue(LongSupplier clock) {
        this.clock = clock;
    }

    /** A task of the thread. */
    interface Task<T> {
        /** @throws NoRoomException when the task shall be tried again later */
        T run() throws IOException, NoRoomException;
    }

    private record Waiting<T>(Task<T> task, CompletableFuture<T> result, long since) {}

    /** Runs {@code task} on the thread, which completes the result. */
    <T> CompletableFuture<T> submit(Task<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Waiting<T> first = new Waiting<>(task, result, clock.getAsLong());
        try {
            thread.execute(() -> run(first));
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(NotReadyException.stopping());
        }
        return result;
    }

    /** Runs {@code task} on the thread. */
    void later(Runnable task) {
        submit(() -> {
            task.run();
            return true;
        });
    }

    /**
     * Tries the tasks again that wait for memory. Any thread may call this; it costs next to nothing if no task waits.
     */
    void roomMayBeFree() {
        if (someWait && !retryComing.getAndSet(true)) {
            submit(() -> {
                retryComing.set(false);
                Deque<Waiting<?>> again = new ArrayDeque<>(waiting);
                waiting.clear();
                again.forEach(this::run);
                return true;
            });
        }
    }

    private <T> void run(Waiting<T> one) {
        try {
            one.result.complete(one.task.run());
        } catch (NoRoomException e) {
            if (clock.getAsLong() - one.since < PATIENCE.toNanos()) {
                waiting.add(one);
            } else {
                one.result.completeExceptionally(
                        new NotReadyException(String.valueOf(e.getMessage()), Duration.ofSeconds(10)));
            }
        } catch (IOException | RuntimeException | Error e) {
            one.result.completeExceptionally(e);
        }
        someWait = !waiting.isEmpty();
    }

    /** Fails the waiting tasks, and returns when the running task has ended. */
    @Override
    public void close() throws InterruptedException {
        submit(() -> {
            waiting.forEach(one -> one.result.completeExceptionally(NotReadyException.stopping()));
            waiting.clear();
            return true;
        });
        thread.shutdown();
        if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
            LOG.warn("a model is still being loaded");
        }
    }
}
