package io.stepwise.serving;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.stepwise.serving.engine.Buckets;
import io.stepwise.serving.request.QueueFullException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the pictures of requests on few threads of its own. The others wait in a queue, which is bounded: it is a part of
 * the admission, and a request that finds it full is refused as the scheduler refuses one; a quarter of it is for small
 * pictures. For smaller pictures that came later, a picture waits at most {@value #STRETCH} times as long as it takes itself.
 *
 * <p>INVARIANT: once the returned stage is complete, because the client has left or the deadline has passed, the work is not
 * begun, or ends soon. Thread-safe.
 */
public final class PictureDecoding implements AutoCloseable {
    private static final int STRETCH = 8;

    /** One part in so many of the capacity is for small pictures. */
    private static final int RESERVED_PART = 4;

    /** Pixels of pictures that take some ten milliseconds. */
    private static final long SMALL = 1 << 20;

    /** An estimate for the order only; a PNG of 16 bits takes about so long. */
    private static final long NANOS_PER_PIXEL = 25;

    private final int capacity;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicLong openPixels = new AtomicLong();
    private final ThreadPoolExecutor threads;
    private final Timer decoding;

    /**
     * Starts no thread before the first picture comes.
     *
     * @param capacity requests whose pictures wait or are being decoded, at least 1
     */
    public PictureDecoding(int capacity, int threads, MeterRegistry registry) {
        this.capacity = capacity;
        this.threads =
                new ThreadPoolExecutor(threads, threads, 10, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "pictures");
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
        Gauge.builder("stepwise.pictures.open", open, AtomicInteger::get)
                .description("Requests whose pictures wait to be decoded or are being decoded")
                .register(registry);
        Gauge.builder("stepwise.pictures.capacity", () -> capacity)
                .description("The most such requests; further ones are refused")
                .register(registry);
        decoding = Timer.builder("stepwise.pictures.decoding")
                .description("Time to decode the pictures of a request")
                .serviceLevelObjectives(Buckets.work())
                .register(registry);
    }

    /**
     * Queues some work.
     *
     * @param pixels of all pictures that are decoded
     * @param deadline after this time the stage fails with a {@link java.util.concurrent.TimeoutException}; null means
     *     never
     * @param work is told when nobody needs it any more, and may throw
     * @return cancelling it ends the work
     * @throws QueueFullException if too many others wait
     */
    public <T> CompletableFuture<T> submit(
            long pixels, @Nullable Duration deadline, Function<BooleanSupplier, T> work) {
        if (open.incrementAndGet() > (pixels > SMALL ? capacity - capacity / RESERVED_PART : capacity)) {
            open.decrementAndGet();
            throw new QueueFullException(Duration.ofNanos(openPixels.get() * NANOS_PER_PIXEL));
        }
        openPixels.addAndGet(pixels);
        CompletableFuture<T> answer = new CompletableFuture<>();
        Task<T> task = new Task<>(System.nanoTime() + STRETCH * NANOS_PER_PIXEL * pixels, answer, work);
        answer.whenComplete((done, failure) -> {
            threads.remove(task);
            open.decrementAndGet();
            openPixels.addAndGet(-pixels);
        });
        threads.execute(task);
        return deadline == null ? answer : answer.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    private final class Task<T> implements Runnable, Comparable<Task<?>> {
        private final long due;
        private final CompletableFuture<T> answer;
        private final Function<BooleanSupplier, T> work;

        Task(long due, CompletableFuture<T> answer, Function<BooleanSupplier, T> work) {
            this.due = due;
            this.answer = answer;
            this.work = work;
        }

        @Override
        public void run() {
            if (answer.isDone()) {
                return;
            }
            long begin = System.nanoTime();
            try {
                answer.complete(work.apply(answer::isDone));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
            } finally {
                decoding.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public int compareTo(Task<?> other) {
            return Long.signum(due - other.due);
        }
    }

    /** Begins no more work. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
