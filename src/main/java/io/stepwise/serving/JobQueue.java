package io.stepwise.serving;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What was accepted and has not begun, first come first served, bounded by the images it stands for.
 *
 * <p>INVARIANT: admission is atomic: the images that wait never pass the capacity.
 */
final class JobQueue {
    private final int capacity;
    private final Deque<Job> jobs = new ArrayDeque<>();
    private long images;

    /** @param capacity images that may wait, at least 1 */
    JobQueue(int capacity) {
        this.capacity = capacity;
    }

    /** Takes {@code job} if there is room for all its images; false leaves everything as it is. */
    synchronized boolean offer(Job job) {
        if (images + job.request().n() > capacity) {
            return false;
        }
        jobs.add(job);
        images += job.request().n();
        notifyAll();
        return true;
    }

    /** The first job, or null. */
    synchronized @Nullable Job poll() {
        Job job = jobs.poll();
        if (job != null) {
            images -= job.request().n();
        }
        return job;
    }

    /** The first job; waits for one, null after the time given. */
    synchronized @Nullable Job poll(long time, TimeUnit unit) throws InterruptedException {
        long end = System.nanoTime() + unit.toNanos(time);
        while (jobs.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return poll();
    }

    /** Puts the job that {@link #poll} gave last back to the front: not all its images could begin. */
    synchronized void putBack(Job job) {
        jobs.addFirst(job);
        images += job.request().n();
    }

    /** Images that wait. */
    synchronized long images() {
        return images;
    }

    /** Takes everything out. */
    synchronized List<Job> drain() {
        List<Job> all = new ArrayList<>(jobs);
        jobs.clear();
        images = 0;
        return all;
    }
}
