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
 * Prepares the batches of a training run ahead of time in background threads.
 *
 * <p>INVARIANT: batch number {@code b} depends only on the data set, the options and {@code b}. Every batch is full; a
 * batch may contain the end of one epoch and the start of the next.
 *
 * <p>Only one thread may call {@link #nextBatch}, {@link #seek} and {@link #close}. Closing the loader does not close
 * the data set.
 */
public final class BatchLoader implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();

    /**
     * How batches are made.
     *
     * @param batchSize images per batch, 1 … 65536
     * @param seed seed for shuffling and flipping
     * @param flip whether each image is mirrored left to right with probability 1/2
     * @param prefetch batches prepared ahead, 1 … 1024
     * @param threads threads that prepare batches, 1 … 256
     */
    public record Options(int batchSize, long seed, boolean flip, int prefetch, int threads) {
        public Options {
            requireRange("batchSize", batchSize, 65536);
            requireRange("prefetch", prefetch, 1024);
            requireRange("threads", threads, 256);
        }

        /** Prepares four batches ahead in one thread. */
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

    /** The number of the batch that {@link #nextBatch} returns next. */
    public long position() {
        return next;
    }

    /** Continues with batch {@code batchNumber}, which must be at least 0. */
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
     * Returns the next batch and waits until it is ready.
     *
     * @throws io.stepwise.image.UnreadableImageException if an image cannot be read; the message names the image
     * @throws InterruptedException if the thread is interrupted while it waits; the next call returns the same batch
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

    /** The total time that {@link #nextBatch} has waited for batches. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    /** The number of batches that were not ready when {@link #nextBatch} was called. */
    public long starved() {
        return starved;
    }

    /** Builds batch number {@code batchNumber} in the calling thread. */
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

    /** Stops the threads. A batch in preparation is finished or abandoned in the background. */
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
