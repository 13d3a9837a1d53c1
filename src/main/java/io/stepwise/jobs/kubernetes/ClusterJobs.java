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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The training Jobs of a namespace and their pods, as the API server last told: it is asked at most once in {@link
 * #OFTEN}, however many runs there are, and not at all unless somebody asks here. When it doesn't answer, what was known
 * stays. For one thread.
 *
 * <p>INVARIANT: what {@link #create} has made is in what is known from then on, until the API server, asked later, says
 * that it is gone.
 */
final class ClusterJobs {
    static final Duration OFTEN = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(ClusterJobs.class);
    private static final String JOB_NAME = "job-name"; // what the Job controller calls its pods' Job, in every version
    private static final int CONFLICT = 409;

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
     * Asks the API server anew if it was not asked just now.
     *
     * @throws LauncherAwayException when it doesn't answer
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
            pods.merge(labels.getOrDefault(JOB_NAME, ""), pod, ClusterJobs::younger);
        }
    }

    private static Pod younger(Pod one, Pod other) {
        return one.getMetadata()
                                .getCreationTimestamp()
                                .compareTo(other.getMetadata().getCreationTimestamp())
                        >= 0
                ? one
                : other;
    }

    /** The Jobs of a run, as they are known. */
    List<Job> ofRun(String run) {
        return jobs.values().stream()
                .filter(job -> run.equals(job.getMetadata().getLabels().get(JobTemplate.RUN_LABEL)))
                .toList();
    }

    /** As it is known. */
    Optional<Job> job(String name) {
        return Optional.ofNullable(jobs.get(name));
    }

    /** The youngest of a Job, as it is known. */
    Optional<Pod> pod(String job) {
        return Optional.ofNullable(pods.get(job));
    }

    /**
     * Makes a Job, or finds the one of that name that is there already: two services that make the same one make one.
     *
     * @throws LauncherAwayException when that is to be tried again
     * @throws IOException when the API server will never take it
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

    /** Deletes a Job, which stays until its pod has ended: that is told to end, and has its grace for a checkpoint. */
    void delete(String name) throws LauncherAwayException {
        asked(() -> client.batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withName(name)
                .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                .delete());
    }

    /** The image of a pod's container of that name, or of its first one. */
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

    /** A manifest that is wrong stays so; everything else, quotas and missing rights included, may change. */
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
