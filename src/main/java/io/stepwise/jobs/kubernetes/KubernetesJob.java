package io.stepwise.jobs.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.stepwise.jobs.JobExit;
import io.stepwise.jobs.JobProcess;
import io.stepwise.jobs.LauncherAwayException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * A training process in the pod of a Job. It counts as alive until the API server says that the Job is over or gone;
 * while the server does not answer, the last state stays. Used by one thread.
 */
final class KubernetesJob implements JobProcess {
    /** A Job that has waited no longer than this is just starting. */
    static final Duration STARTING = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(KubernetesJob.class);
    private static final int MOST = 255;

    private final ClusterJobs cluster;
    private final String name;
    private final int device;
    private final InstantSource clock;
    private final Instant since;

    KubernetesJob(ClusterJobs cluster, String name, int device, InstantSource clock) {
        this.cluster = cluster;
        this.name = name;
        this.device = device;
        this.clock = clock;
        since = clock.instant();
    }

    @Override
    public int device() {
        return device;
    }

    @Override
    public boolean isAlive() {
        look();
        return cluster.job(name).filter(job -> !JobConditions.isOver(job)).isPresent();
    }

    private void look() {
        try {
            cluster.look();
        } catch (LauncherAwayException e) {
            LOG.tracef("Job %s is as it was: %s", name, e.getMessage());
        }
    }

    @Override
    public Optional<JobExit> exit() {
        return JobConditions.exitCode(
                        cluster.job(name).orElse(null), cluster.pod(name).orElse(null))
                .map(code -> new JobExit(Math.max(0, Math.min(MOST, code))));
    }

    @Override
    public Optional<String> circumstances() {
        return JobConditions.circumstances(
                cluster.job(name).orElse(null), cluster.pod(name).orElse(null));
    }

    @Override
    public Optional<String> waiting() {
        return clock.instant().isBefore(since.plus(STARTING))
                ? Optional.empty()
                : cluster.job(name)
                        .flatMap(job ->
                                JobConditions.waiting(job, cluster.pod(name).orElse(null)));
    }

    /** Deletes the Job; its pod gets the template's grace period for a checkpoint. */
    @Override
    public void stop() {
        if (cluster.job(name).filter(HasMetadata::isMarkedForDeletion).isPresent()) {
            return;
        }
        try {
            cluster.delete(name);
            LOG.infof("Job %s is told to end", name);
        } catch (LauncherAwayException e) {
            LOG.debugf("Job %s can't be told to end now: %s", name, e.getMessage());
        }
    }

    /** As {@link #stop}: Kubernetes gives every pod its grace period. */
    @Override
    public void kill() {
        stop();
    }

    @Override
    public CompletableFuture<?> gone() {
        return new CompletableFuture<>(); // there is no notification: callers poll isAlive
    }
}
