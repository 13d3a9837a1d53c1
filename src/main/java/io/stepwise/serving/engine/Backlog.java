package io.stepwise.serving.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/** The jobs that were accepted and are not over, in the orders that they are looked at in. Not thread-safe. */
final class Backlog {
    private final Set<Job> jobs = new LinkedHashSet<>();
    private final NavigableSet<Job> ranked =
            new TreeSet<>(Comparator.comparingDouble(Job::rank).thenComparingLong(Job::number));
    private final Set<Job> withDeadline = new LinkedHashSet<>();
    private int images;

    void add(Job job) {
        jobs.add(job);
        ranked.add(job);
        images += job.request().n();
        if (job.request().deadline() != null) {
            withDeadline.add(job);
        }
    }

    /** Whether it was there. */
    boolean remove(Job job) {
        if (!jobs.remove(job)) {
            return false;
        }
        ranked.remove(job);
        withDeadline.remove(job);
        images -= job.request().n();
        return true;
    }

    boolean contains(Job job) {
        return jobs.contains(job);
    }

    /** Does what changes the rank of {@code job}. */
    void whileUnranked(Job job, Runnable change) {
        ranked.remove(job);
        change.run();
        ranked.add(job);
    }

    /** Who has waited longest is first. */
    Collection<Job> byArrival() {
        return jobs;
    }

    /** Who goes next is first. */
    Collection<Job> byRank() {
        return ranked;
    }

    Collection<Job> withDeadline() {
        return withDeadline;
    }

    /** Whether a row waits for its next step. */
    boolean hasWaiting() {
        for (Job job : ranked) {
            if (!job.waiting().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Images of all jobs. */
    int images() {
        return images;
    }

    /** How much that is. */
    QueueLength length() {
        return new QueueLength(
                jobs.size(),
                images,
                jobs.stream().mapToLong(Job::work).sum(),
                jobs.stream().mapToDouble(Backlog::nanosOf).sum());
    }

    /** Nanoseconds of one engine for {@code job} and those that go before it. */
    double nanosToEndOf(Job job) {
        return nanosOf(job)
                + ranked.headSet(job).stream().mapToDouble(Backlog::nanosOf).sum();
    }

    /** Nanoseconds of one engine until the jobs that end next have made room for so many images. */
    double nanosUntilFree(int missing) {
        double nanos = 0;
        int free = 0;
        for (Job job : ranked) {
            if (free >= missing) {
                break;
            }
            nanos += nanosOf(job);
            free += job.request().n();
        }
        return nanos;
    }

    private static double nanosOf(Job job) {
        return job.work() * job.model().times().nanosPerRow();
    }
}
