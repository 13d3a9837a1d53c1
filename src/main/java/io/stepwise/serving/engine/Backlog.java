package io.stepwise.serving.engine;

import io.stepwise.serving.request.EngineWatch;
import io.stepwise.serving.request.QueuePlace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * The jobs that were accepted and are not over, in the order of their arrival and in that of their rank. Guarded by the
 * {@link StepScheduler}'s lock. With j jobs, adding, removing and ranking one takes O(log j), a sum over them O(j).
 */
final class Backlog {
    private final Set<Job> jobs = new LinkedHashSet<>();
    private final NavigableSet<Job> ranked =
            new TreeSet<>(Comparator.comparingDouble(Job::rank).thenComparingLong(Job::number));
    private final Set<Job> withDeadline = new LinkedHashSet<>();
    private final Set<Job> patient = new LinkedHashSet<>();
    private int images;

    void add(Job job) {
        jobs.add(job);
        ranked.add(job);
        images += job.request().n();
        (job.request().deadline() == null ? patient : withDeadline).add(job);
    }

    /** Removes {@code job}; false if it wasn't there. */
    boolean remove(Job job) {
        if (!jobs.remove(job)) {
            return false;
        }
        ranked.remove(job);
        withDeadline.remove(job);
        patient.remove(job);
        images -= job.request().n();
        return true;
    }

    boolean contains(Job job) {
        return jobs.contains(job);
    }

    /** Runs {@code change}, which changes the rank of {@code job}. */
    void whileUnranked(Job job, Runnable change) {
        ranked.remove(job);
        change.run();
        ranked.add(job);
    }

    /** The oldest job first. */
    Collection<Job> byArrival() {
        return jobs;
    }

    /** The job with the least work left first, see {@link Job#rank}. */
    Collection<Job> byRank() {
        return ranked;
    }

    /** Jobs that may be late: those with a deadline, and the oldest of the others, which all are kept for the same time. */
    List<Job> mayBeLate() {
        List<Job> jobs = new ArrayList<>(withDeadline);
        patient.stream().findFirst().ifPresent(jobs::add);
        return jobs;
    }

    /** Whether any row waits for its next step. */
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

    /** The first {@code most} jobs in the order in which they go, for operators. */
    List<EngineWatch.Queued> first(int most, long now) {
        return ranked.stream().limit(most).map(job -> job.queued(now)).toList();
    }

    /** How many jobs, images and rows that is, and how long they take. */
    QueueLength length() {
        return new QueueLength(
                jobs.size(),
                images,
                jobs.stream().mapToLong(Job::work).sum(),
                jobs.stream().mapToDouble(Backlog::nanosOf).sum());
    }

    /** Nanoseconds that one engine needs for {@code job} and the jobs before it. */
    double nanosToEndOf(Job job) {
        return nanosOf(job)
                + ranked.headSet(job).stream().mapToDouble(Backlog::nanosOf).sum();
    }

    /** The place of {@code job}, whose requests {@code engines} share. */
    QueuePlace placeOf(Job job, int engines) {
        if (!contains(job)) {
            return QueuePlace.OVER;
        }
        long nanos = (long) Math.max(job.stepsLeft() * job.soloStepNanos(), nanosToEndOf(job) / engines);
        return new QueuePlace(ranked.headSet(job).size(), Duration.ofNanos(nanos));
    }

    /** Nanoseconds that one engine needs until the jobs that end next have made room for {@code missing} images. */
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
