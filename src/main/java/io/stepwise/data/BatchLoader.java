package io.stepwise.data;

import io.stepwise.image.Pixels;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The batches of a training run, prepared ahead by background threads.
 *
 * <p>INVARIANT: batch number {@code b} depends only on the data set, the options and {@code b}. Batches are always
 * full; one may reach from an epoch into the next.
 *
 * <p>{@link #nextBatch}, {@link #seek} and {@link #close} belong to one thread. The data set stays open when the loader
 * is closed.
 */
public final class BatchLoader implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();

    /**
     * How batches are made.
     *
     * @param batchSize images per batch, 1 … 65536
     * @param seed of shuffling and flipping
     * @param flip whether every second image, at random, is mirrored left to right
     * @param prefetch batches prepared ahead, 1 … 1024
     * @param threads preparing threads, 1 … 256
     */
    public record Options(int batchSize, long seed, boolean flip, int prefetch, int threads) {
        public Options {
            requireRange("batchSize", batchSize, 65536);
            requireRange("prefetch", prefetch, 1024);
            requireRange("threads", threads, 256);
        }

        /** Four batches ahead, by one thread. */
        public Options(int batchSize, long seed, boolean flip) {
            this(batchSize, seed, flip, 4, 1);
        }

        private static void requireRange(String name, int value, int max) {
            if (value < 1 || value > max) {
                throw new IllegalArgumentException(name + " " + value + " must be in [1, " + max + "]");
            }
        }
    }

    private final ImageDataset dataset;
    private final Options options;
    private final BatchOrder order;
    private final ExecutorService workers;
    private final Deque<Future<ImageBatch>> ahead = new ArrayDeque<>();
    private long next;
    private long waitedNanos;
    private long starved;

    /** Starts to prepare batch 0. */
    public BatchLoader(ImageDataset dataset, Options options) {
        this.dataset = dataset;
        this.options = options;
        order = new BatchOrder(dataset.size(), options.seed());
        workers = Executors.newFixedThreadPool(options.threads(), task -> {
            Thread thread = new Thread(task, "batch-loader-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        seek(0);
    }

    /** Number of the batch that {@link #nextBatch} gives. */
    public long position() {
        return next;
    }

    /** Continues with batch {@code batchNumber}, at least 0. */
    public void seek(long batchNumber) {
        if (batchNumber < 0) {
            throw new IllegalArgumentException("batchNumber " + batchNumber + " must be at least 0");
        }
        requireOpen();
        ahead.forEach(batch -> batch.cancel(false));
        ahead.clear();
        next = batchNumber;
        for (int i = 0; i < options.prefetch(); i++) {
            prepare(next + i);
        }
    }

    /**
     * The next batch; waits for it when it is not ready.
     *
     * @throws io.stepwise.image.UnreadableImageException when an image cannot be read, naming it
     * @throws InterruptedException when interrupted while waiting; the same batch is given by the next call
     */
    public ImageBatch nextBatch() throws InterruptedException {
        requireOpen();
        Future<ImageBatch> head = ahead.element();
        boolean ready = head.isDone();
        long start = System.nanoTime();
        ImageBatch batch = await(head);
        if (!ready) {
            waitedNanos += System.nanoTime() - start;
            starved++;
        }
        ahead.remove();
        prepare(next + options.prefetch());
        next++;
        return batch;
    }

    /** Time spent in {@link #nextBatch} waiting for batches that were not ready. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    /** How many batches were not ready when they were asked for. */
    public long starved() {
        return starved;
    }

    /** Batch number {@code batchNumber}, made here and now. */
    ImageBatch make(long batchNumber) {
        long start = Math.multiplyExact(batchNumber, (long) options.batchSize());
        LabelledImage first = dataset.get(order.imageAt(start));
        Pixels shape = first.pixels();
        int imageSize = shape.data().length;
        float[] images = new float[Math.multiplyExact(options.batchSize(), imageSize)];
        int[] labels = new int[options.batchSize()];
        for (int i = 0; i < options.batchSize(); i++) {
            LabelledImage image = i == 0 ? first : dataset.get(order.imageAt(start + i));
            requireSame(shape, image.pixels());
            image.pixels().toSigned(images, i * imageSize, options.flip() && order.flippedAt(start + i));
            labels[i] = image.label();
        }
        return new ImageBatch(images, labels, options.batchSize());
    }

    /** Stops the threads; a batch in preparation is finished or given up in the background. */
    @Override
    public void close() {
        workers.shutdownNow();
        ahead.clear();
    }

    private void requireOpen() {
        if (workers.isShutdown()) {
            throw new IllegalStateException("the batch loader is closed");
        }
    }

    private void prepare(long batchNumber) {
        ahead.add(workers.submit(() -> make(batchNumber)));
    }

    private static ImageBatch await(Future<ImageBatch> batch) throws InterruptedException {
        try {
            return batch.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("preparing a batch failed", e.getCause());
        }
    }

    private static void requireSame(Pixels expected, Pixels actual) {
        if (actual.width() != expected.width()
                || actual.height() != expected.height()
                || actual.channels() != expected.channels()) {
            throw new IllegalStateException(
                    "images of one data set must have one shape: " + actual + " and " + expected);
        }
    }
}
