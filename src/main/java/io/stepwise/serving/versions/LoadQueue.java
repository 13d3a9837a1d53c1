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
 * The thread that loads models, so that neither callers nor engines wait for the disk, and its tasks, one after the other. A
 * task that finds no room in memory is tried again when some may be
 * free, in the order of arrival, for {@link #PATIENCE}.
 */
final class LoadQueue implements AutoCloseable {
    /** How long a task waits for memory. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Logger LOG = Logger.getLogger(LoadQueue.class);

    private final LongSupplier clock;
    private final Deque<Waiting<?>> waiting = new ArrayDeque<>(); // of the thread
    private final AtomicBoolean retryComing = new AtomicBoolean();
    private volatile boolean someWait;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "model-loader");
        made.setDaemon(true);
        return made;
    });

    /** @param clock nanoseconds, from anywhere */
    LoadQueue(LongSupplier clock) {
        this.clock = clock;
    }

    /** What the thread is to do. */
    interface Task<T> {
        /** @throws NoRoomException to be called again */
        T run() throws IOException, NoRoomException;
    }

    private record Waiting<T>(Task<T> task, CompletableFuture<T> result, long since) {}

    /** Has {@code task} done; the result is completed by the thread. */
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

    /** Tries those again that wait for memory; called by any thread, at next to no cost where none does. */
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

    /** Fails what waits, and returns when the task that is being done has ended. */
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
