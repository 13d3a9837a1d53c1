package io.stepwise.jobs.kubernetes;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.stepwise.jobs.LauncherAwayException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The training Jobs of a namespace and their pods, as last read from the API server. The server is asked at most once
 * in {@link #OFTEN}, however many runs there are, and only when a caller asks. If it does not answer, the last state
 * stays. Used by one thread.
 *
 * <p>INVARIANT: a Job that {@link #create} has made is in the state from then on, until a later answer of the API
 * server shows that it is gone.
 */
final class ClusterJobs {
    static final Duration OFTEN = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(ClusterJobs.class);
    private static final String JOB_NAME = "job-name"; // the Job controller's label of pods, in every version
    private static final int CONFLICT = 409;

    private static final BinaryOperator<Pod> YOUNGER =
            BinaryOperator.maxBy(Comparator.comparing(pod -> pod.getMetadata().getCreationTimestamp()));

    private final KubernetesClient client;
    private final String namespace;
    private final InstantSource clock;
    private final Map<String, Job> jobs = new HashMap<>();
    private final Map<String, Pod> pods = new HashMap<>();
    private @Nullable Instant looked;
    private @Nullable LauncherAwayException away;

    ClusterJobs(KubernetesClient client, String namespace, InstantSource clock) {
        this.client = client;
        this.namespace = namespace;
        this.clock = clock;
    }

    /**
     * Reads the API server again, unless it was read a moment ago.
     *
     * @throws LauncherAwayException when it does not answer
     */
    void look() throws LauncherAwayException {
        Instant now = clock.instant();
        if (looked == null || !now.isBefore(looked.plus(OFTEN))) {
            looked = now;
            try {
                List<Job> allJobs = asked(() -> client.batch()
                        .v1()
                        .jobs()
                        .inNamespace(namespace)
                        .withLabel(JobTemplate.MANAGED_BY, JobTemplate.MANAGER)
                        .list()
                        .getItems());
                List<Pod> allPods = asked(() -> client.pods()
                        .inNamespace(namespace)
                        .withLabel(JobTemplate.MANAGED_BY, JobTemplate.MANAGER)
                        .list()
                        .getItems());
                learn(allJobs, allPods);
                away = null;
            } catch (LauncherAwayException e) {
                if (away == null) {
                    LOG.warnf("training jobs can't be followed now: %s", e.getMessage());
                }
                away = e;
            }
        }
        if (away != null) {
            throw away;
        }
    }

    private void learn(List<Job> allJobs, List<Pod> allPods) {
        if (away != null) {
            LOG.info("training jobs can be followed again");
        }
        jobs.clear();
        allJobs.forEach(job -> jobs.put(name(job), job));
        pods.clear();
        for (Pod pod : allPods) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            pods.merge(labels.getOrDefault(JOB_NAME, ""), pod, YOUNGER);
        }
    }

    List<Job> ofRun(String run) {
        return jobs.values().stream()
                .filter(job -> run.equals(job.getMetadata().getLabels().get(JobTemplate.RUN_LABEL)))
                .toList();
    }

    /** The Job in its last known state. */
    Optional<Job> job(String name) {
        return Optional.ofNullable(jobs.get(name));
    }

    /** The youngest known pod of a Job. */
    Optional<Pod> pod(String job) {
        return Optional.ofNullable(pods.get(job));
    }

    /**
     * Makes a Job, or finds the existing one of that name, so that two services make only one.
     *
     * @throws LauncherAwayException when it shall be tried again
     * @throws IOException when the API server will never accept it
     */
    Job create(Job wanted) throws IOException {
        Job made;
        try {
            made = client.batch()
                    .v1()
                    .jobs()
                    .inNamespace(namespace)
                    .resource(wanted)
                    .create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != CONFLICT) {
                throw refusal(e);
            }
            made = taken(name(wanted));
        }
        jobs.put(name(made), made);
        return made;
    }

    private Job taken(String name) throws LauncherAwayException {
        Job there = asked(() ->
                client.batch().v1().jobs().inNamespace(namespace).withName(name).get());
        if (there == null || JobConditions.isOver(there) || there.isMarkedForDeletion()) {
            delete(name);
            throw new LauncherAwayException("an older Job " + name + " has to go first");
        }
        return there;
    }

    /** Deletes a Job. It stays until its pod has ended, which has its grace period for a checkpoint. */
    void delete(String name) throws LauncherAwayException {
        asked(() -> client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete());
    }

    /** The image of a pod's container of that name, or of its first container. */
    Optional<String> image(String pod, String container) throws LauncherAwayException {
        Pod own = asked(() -> client.pods().inNamespace(namespace).withName(pod).get());
        return own == null
                ? Optional.empty()
                : own.getSpec().getContainers().stream()
                        .sorted((one, other) -> Boolean.compare(
                                other.getName().equals(container), one.getName().equals(container)))
                        .map(each -> each.getImage())
                        .findFirst();
    }

    private static <T> T asked(Supplier<T> question) throws LauncherAwayException {
        try {
            return question.get();
        } catch (KubernetesClientException e) {
            throw away(e);
        }
    }

    /** A wrong manifest stays wrong; every other refusal, such as a quota or missing rights, may change. */
    private static IOException refusal(KubernetesClientException e) {
        return switch (e.getCode()) {
            case 400, 404, 415, 422 -> new IOException("Kubernetes refuses the Job: " + words(e), e);
            default -> away(e);
        };
    }

    private static LauncherAwayException away(KubernetesClientException e) {
        return new LauncherAwayException(
                e.getCode() > 0
                        ? "Kubernetes' API says " + e.getCode() + ": " + words(e)
                        : "Kubernetes' API can't be reached: " + root(e),
                e);
    }

    private static String words(KubernetesClientException e) {
        String told = e.getStatus() == null ? null : e.getStatus().getMessage();
        return told == null || told.isBlank() ? String.valueOf(e.getMessage()) : told;
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String name(HasMetadata resource) {
        return resource.getMetadata().getName();
    }
}
