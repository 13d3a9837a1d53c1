package io.stepwise.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A queue of requests that wait for a worker, first come first served, limited by their number of images.
 *
 * <p>INVARIANT: a batch consists of whole requests from the head of the queue, as many as fit.
 */
final class BatchQueue {
    private final int capacity;
    private final RequestBatching.Batching batching;
    private final Deque<BatchedRequest> waiting = new ArrayDeque<>();
    private long images;

    /**
     * Creates a queue.
     *
     * @param capacity images that may wait, at least 1
     */
    BatchQueue(int capacity, RequestBatching.Batching batching) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " must be at least 1");
        }
        this.capacity = capacity;
        this.batching = batching;
    }

    /** Adds {@code request} if there is room for all its images. Otherwise returns false and changes nothing. */
    synchronized boolean offer(BatchedRequest request) {
        if (images + request.request().n() > capacity) {
            return false;
        }
        waiting.add(request);
        images += request.request().n();
        notifyAll();
        return true;
    }

    /**
     * Returns the next batch of at least one request. Waits until it is full or the delay of its first request has
     * passed.
     */
    synchronized List<BatchedRequest> take() throws InterruptedException {
        while (true) {
            BatchedRequest first = waiting.peek();
            if (first == null) {
                wait();
                continue;
            }
            long left = first.acceptedNanos() + batching.delay().toNanos() - System.nanoTime();
            if (images >= batching.images() || left <= 0) {
                return batch();
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private List<BatchedRequest> batch() {
        List<BatchedRequest> batch = new ArrayList<>();
        int rows = 0;
        for (BatchedRequest next = waiting.peek(); next != null; next = waiting.peek()) {
            if (!batch.isEmpty() && rows + next.request().n() > batching.images()) {
                break;
            }
            waiting.remove();
            images -= next.request().n();
            if (next.isWanted()) {
                batch.add(next);
                rows += next.request().n();
            }
        }
        return batch;
    }

    /** Removes and returns all requests. */
    synchronized List<BatchedRequest> drain() {
        List<BatchedRequest> all = new ArrayList<>(waiting);
        waiting.clear();
        images = 0;
        return all;
    }
}
