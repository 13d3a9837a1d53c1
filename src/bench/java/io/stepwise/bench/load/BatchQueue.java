package io.stepwise.bench.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Requests that wait for a worker, first come first served, bounded by their images.
 *
 * <p>INVARIANT: a batch holds whole requests, the first ones of the queue, as many as fit.
 */
final class BatchQueue {
    private final int capacity;
    private final RequestBatching.Batching batching;
    private final Deque<BatchedRequest> waiting = new ArrayDeque<>();
    private long images;

    /** @param capacity images that may wait, at least 1 */
    BatchQueue(int capacity, RequestBatching.Batching batching) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " must be at least 1");
        }
        this.capacity = capacity;
        this.batching = batching;
    }

    /** Takes {@code request} if there is room for all its images; false leaves everything as it is. */
    synchronized boolean offer(BatchedRequest request) {
        if (images + request.request().n() > capacity) {
            return false;
        }
        waiting.add(request);
        images += request.request().n();
        notifyAll();
        return true;
    }

    /** The next batch, at least one request; waits until it is full or its first request has waited for the delay. */
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

    /** Takes everything out. */
    synchronized List<BatchedRequest> drain() {
        List<BatchedRequest> all = new ArrayList<>(waiting);
        waiting.clear();
        images = 0;
        return all;
    }
}
