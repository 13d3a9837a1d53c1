package io.stepwise.jobs.kubernetes;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.stepwise.jobs.JobProcess;
import io.stepwise.jobs.Launcher;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Trains in Jobs of Kubernetes, one for each process of a run, as {@link io.stepwise.jobs.LocalLauncher} does with
 * child processes. Jobs outlive the service; the next service finds them by their labels.
 *
 * <p>A Job is named after the run and the event that made the run wait for a process: {@code
 * stepwise-20261122-183301-ab3f-1}. So two services that both believe to be the supervisor start the same process only
 * once, whatever answers of the API server they miss. A finished Job reports its end until a later event of that kind
 * is written.
 *
 * <p>It polls the API server ({@link ClusterJobs}): a watch would have to be resumed, resynchronized and backed up by
 * polling anyway, and a delay of one second does not matter to training. Used by one thread.
 */
public final class KubernetesLauncher implements Launcher {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");
    private static final int TIMEOUT_MS = 5_000;

    /** The types of events after which a run waits for a process, or its process has ended. */
    private static final Set<RunEvent.Type> TURNS = EnumSet.of(
            RunEvent.Type.QUEUED,
            RunEvent.Type.RESUME_ASKED,
            RunEvent.Type.CRASHED,
            RunEvent.Type.PAUSED,
            RunEvent.Type.BLOCKED,
            RunEvent.Type.FINISHED,
            RunEvent.Type.FAILED,
            RunEvent.Type.CANCELLED);

    private final KubernetesClient client;
    private final ClusterJobs cluster;
    private final JobTemplate template;
    private final KubernetesSettings settings;
    private final @Nullable String pod;
    private final InstantSource clock;
    private @Nullable String image;

    /**
     * Closes {@code client} when it is closed itself.
     *
     * @param pod the name of this service's own pod; null if it runs outside a pod
     */
    public KubernetesLauncher(
            KubernetesClient client,
            JobTemplate template,
            KubernetesSettings settings,
            @Nullable String pod,
            InstantSource clock) {
        this.client = client;
        this.template = template;
        this.settings = settings;
        this.pod = pod;
        this.clock = clock;
        String own = client.getNamespace() == null ? "default" : client.getNamespace();
        cluster = new ClusterJobs(client, settings.namespace().orElse(own), clock);
    }

    /** A client of the cluster that this process runs in, or of the one that {@code kubectl} would use. */
    public static KubernetesClient connect() {
        return connect(Config.autoConfigure(null));
    }

    /** A client with short timeouts, because it is called every second anyway. */
    public static KubernetesClient connect(Config config) {
        Config hasty = new ConfigBuilder(config)
                .withConnectionTimeout(TIMEOUT_MS)
                .withRequestTimeout(TIMEOUT_MS)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(hasty)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    @Override
    public JobProcess launch(RunFolder run, int device) throws IOException {
        if (!NAME.matcher(run.id()).matches()) {
            throw new IOException("\"" + run.id() + "\" can't be part of a Job's name");
        }
        long attempt = turn(run);
        String name = "stepwise-" + run.id() + "-" + attempt;
        Optional<String> filledIn = template.namesImage() ? Optional.empty() : Optional.of(image());
        Job made = cluster.create(template.job(name, run.id(), attempt, device, settings, filledIn));
        return new KubernetesJob(cluster, made.getMetadata().getName(), device, clock);
    }

    private String image() throws IOException {
        if (image == null) {
            image = settings.image().orElse(null);
        }
        if (image == null && pod != null) {
            image = cluster.image(pod, "stepwise").orElse(null);
        }
        if (image == null) {
            throw new IOException("no image: this service runs in no pod of the namespace (HOSTNAME is " + pod
                    + "), so stepwise.train.kubernetes.image must name one");
        }
        return image;
    }

    @Override
    public Optional<JobProcess> find(RunFolder run) throws IOException {
        cluster.look();
        List<Job> jobs = cluster.ofRun(run.id());
        Optional<Job> found =
                jobs.stream().filter(job -> !JobConditions.isOver(job)).findFirst();
        if (found.isEmpty() && !jobs.isEmpty()) {
            long turn = turn(run);
            found = jobs.stream()
                    .filter(job -> attempt(job) >= turn)
                    .max(Comparator.comparingLong(KubernetesLauncher::attempt));
        }
        return found.map(job -> new KubernetesJob(cluster, job.getMetadata().getName(), device(job), clock));
    }

    /** The id of the newest event after which the run waits for a process, or its process ended. */
    private static long turn(RunFolder run) throws IOException {
        return run.events(0).stream()
                .filter(event -> TURNS.contains(event.type()))
                .mapToLong(RunEvent::id)
                .max()
                .orElse(0);
    }

    private static long attempt(Job job) {
        return number(job.getMetadata().getLabels(), JobTemplate.ATTEMPT_LABEL);
    }

    private static int device(Job job) {
        return (int) number(job.getMetadata().getAnnotations(), JobTemplate.DEVICE);
    }

    /** The number in a label; 0 if the label was removed. */
    private static long number(@Nullable Map<String, String> labels, String name) {
        String text = labels == null ? "" : labels.getOrDefault(name, "");
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }

    @Override
    public boolean outlivesService() {
        return true;
    }

    @Override
    public void close() {
        client.close();
    }
}
