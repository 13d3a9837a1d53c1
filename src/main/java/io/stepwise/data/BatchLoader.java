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
 * Prepares the batches of a training run ahead of time in a background thread.
 *
 * <p>INVARIANT: batch number {@code b} depends only on the data set, the parameters and {@code b}. Every batch is full; a
 * batch may contain the end of one epoch and the start of the next.
 *
 * <p>Only one thread may call {@link #nextBatch}, {@link #seek} and {@link #close}. Closing the loader does not close
 * the data set.
 */
public final class BatchLoader implements AutoCloseable {
    private static final AtomicInteger THREADS = new AtomicInteger();

    private static final int MOST_IMAGES = 65536;
    private static final int AHEAD = 4;

    private final ImageDataset dataset;
    private final int batchSize;
    private final boolean flip;
    private final BatchOrder order;
    private final ExecutorService worker;
    private final Deque<Future<ImageBatch>> ahead = new ArrayDeque<>();
    private long next;
    private long waitedNanos;

    /**
     * Starts to prepare batch 0.
     *
     * @param batchSize images per batch, 1 … 65536
     * @param seed of the order and of the mirroring
     * @param flip whether each image is mirrored left to right with probability 1/2
     */
    public BatchLoader(ImageDataset dataset, int batchSize, long seed, boolean flip) {
        if (batchSize < 1 || batchSize > MOST_IMAGES) {
            throw new IllegalArgumentException("batchSize " + batchSize + " must be in [1, " + MOST_IMAGES + "]");
        }
        this.dataset = dataset;
        this.batchSize = batchSize;
        this.flip = flip;
        order = new BatchOrder(dataset.size(), seed);
        worker = Executors.newSingleThreadExecutor(task -> {
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
        for (int i = 0; i < AHEAD; i++) {
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
        }
        ahead.remove();
        prepare(next + AHEAD);
        next++;
        return batch;
    }

    /** The total time that {@link #nextBatch} has waited for batches. */
    public Duration waited() {
        return Duration.ofNanos(waitedNanos);
    }

    /** Builds batch number {@code batchNumber} in the calling thread. */
    ImageBatch make(long batchNumber) {
        long start = Math.multiplyExact(batchNumber, batchSize);
        LabelledImage first = dataset.get(order.imageAt(start));
        Pixels shape = first.pixels();
        int imageSize = shape.data().length;
        float[] images = new float[Math.multiplyExact(batchSize, imageSize)];
        int[] labels = new int[batchSize];
        for (int i = 0; i < batchSize; i++) {
            LabelledImage image = i == 0 ? first : dataset.get(order.imageAt(start + i));
            requireSame(shape, image.pixels());
            image.pixels().toSigned(images, i * imageSize, flip && order.flippedAt(start + i));
            labels[i] = image.label();
        }
        return new ImageBatch(images, labels, batchSize);
    }

    /** Stops the thread. A batch in preparation is finished or abandoned in the background. */
    @Override
    public void close() {
        worker.shutdownNow();
        ahead.clear();
    }

    private void requireOpen() {
        if (worker.isShutdown()) {
            throw new IllegalStateException("the batch loader is closed");
        }
    }

    private void prepare(long batchNumber) {
        ahead.add(worker.submit(() -> make(batchNumber)));
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
