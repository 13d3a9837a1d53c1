package io.stepwise.model.training;

import ai.djl.Device;
import io.stepwise.torchscript.NativeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Threads that compute parts of a batch side by side, each with its share of libtorch's threads. That is faster than the
 * same threads inside every operator, which wait for each other several hundred times per batch.
 *
 * <p>Used by one thread. Closing ends the threads.
 */
final class Workers implements AutoCloseable {
    private static final int MOST = 4; // every worker has gradients of its own

    private final int count;
    private final @Nullable ExecutorService threads;

    private Workers(int count, @Nullable ExecutorService threads) {
        this.count = count;
        this.threads = threads;
    }

    /** The calling thread alone. */
    static Workers one() {
        return new Workers(1, null);
    }

    /** As many as share the calling thread's native threads evenly; on a GPU the calling thread alone. */
    static Workers of(Device device) {
        int all = NativeThreads.ofThisThread();
        int count = device.isGpu() ? 1 : Math.min(MOST, all);
        while (all % count != 0) {
            count--;
        }
        if (count == 1) {
            return one();
        }
        int each = all / count;
        return new Workers(count, Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(
                    () -> {
                        NativeThreads.ofThisThread(each);
                        work.run();
                    },
                    "gradients");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** The number of workers. */
    int count() {
        return count;
    }

    /**
     * The results of {@code work} for 0 to {@code parts - 1}, in this order. Waits for all of them even if one fails.
     *
     * @param parts at most {@link #count}
     */
    <T> List<T> run(int parts, IntFunction<T> work) {
        ExecutorService pool = threads;
        if (pool == null) {
            return List.of(work.apply(0));
        }
        List<CompletableFuture<T>> running = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            int part = i;
            running.add(CompletableFuture.supplyAsync(() -> work.apply(part), pool));
        }
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture<?>[]::new))
                    .join();
            return running.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdown();
        }
    }
}
