package io.stepwise.jobs;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.stepwise.jobs.kubernetes.KubernetesLauncher;
import java.util.HashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fabric8's API server, which stores what it is sent, and the controllers that a cluster has beside it, played by the test:
 * a pod for a Job, what becomes of it, and its end when the Job is deleted.
 */
final class MockCluster implements AutoCloseable {
    static final String NAMESPACE = "ml";

    private static final String FOREGROUND = "foregroundDeletion";

    private static final String TEST = "the-test";

    /** Requests of the service that were answered. */
    final AtomicInteger requests = new AtomicInteger();

    /** What the service has asked: {@code "GET /api/v1/..."}. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();

    private final KubernetesMockServer server;
    private final KubernetesClient client;
    private volatile int refuses;
    private volatile String refusal = "";
    private volatile String refusedMethod = "";

    MockCluster() {
        KubernetesCrudDispatcher crud = new KubernetesCrudDispatcher();
        Dispatcher dispatcher = new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                if (!TEST.equals(request.getHeader("User-Agent"))) {
                    requests.incrementAndGet();
                    asked.add(request.getMethod() + " " + request.getPath());
                }
                boolean refused =
                        refuses != 0 && (refusedMethod.isEmpty() || refusedMethod.equals(request.getMethod()));
                return refused ? refused() : crud.dispatch(request);
            }
        };
        server = new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), dispatcher, false);
        server.init();
        client = KubernetesLauncher.connect(
                new ConfigBuilder(config()).withUserAgent(TEST).build());
    }

    private MockResponse refused() {
        String status = Serialization.asJson(new StatusBuilder()
                .withCode(refuses)
                .withStatus("Failure")
                .withMessage(refusal)
                .build());
        return new MockResponse()
                .setResponseCode(refuses)
                .setHeader("Content-Type", "application/json")
                .setBody(status);
    }

    /** How the service reaches it, from a pod. */
    Config config() {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(server.url("/"))
                .withNamespace(NAMESPACE)
                .build();
    }

    /** From now on every request of {@code method}, or of any if that is empty, is refused; code 0 takes that back. */
    void refuse(String method, int code, String message) {
        refusedMethod = method;
        refusal = message;
        refuses = code;
    }

    /** A person's {@code kubectl delete jobs --all}. */
    void deleteJobs() {
        client.batch().v1().jobs().inNamespace(NAMESPACE).delete();
    }

    List<Job> jobs() {
        return client.batch().v1().jobs().inNamespace(NAMESPACE).list().getItems();
    }

    /** The only one. */
    Job job() {
        List<Job> jobs = jobs();
        if (jobs.size() != 1) {
            throw new AssertionError("not one Job: " + jobs);
        }
        return jobs.get(0);
    }

    void add(HasMetadata resource) {
        client.resource(resource).inNamespace(NAMESPACE).create();
    }

    void change(Consumer<Job> change) {
        client.batch()
                .v1()
                .jobs()
                .inNamespace(NAMESPACE)
                .withName(job().getMetadata().getName())
                .edit(job -> {
                    Job copy = new JobBuilder(job).build();
                    change.accept(copy);
                    return copy;
                });
    }

    /** What the Job controller does: a pod, and a Job that stays until its pod has ended. */
    void makePod(PodStatus status) {
        Job job = job();
        change(each -> each.getMetadata().setFinalizers(List.of(FOREGROUND)));
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(job.getMetadata().getName() + "-x7k2p")
                .withCreationTimestamp("2026-11-22T18:33:02Z")
                .addToLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                .addToLabels("job-name", job.getMetadata().getName())
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .withStatus(status)
                .build();
        add(pod);
    }

    static PodStatus running() {
        return new PodStatusBuilder()
                .withPhase("Running")
                .addNewContainerStatus()
                .withName("train")
                .withNewState()
                .withNewRunning("2026-11-22T18:33:03Z")
                .endState()
                .endContainerStatus()
                .build();
    }

    static PodStatus exited(int code, @Nullable String reason) {
        return new PodStatusBuilder()
                .withPhase(code == 0 ? "Succeeded" : "Failed")
                .addNewContainerStatus()
                .withName("train")
                .withNewState()
                .withNewTerminated()
                .withExitCode(code)
                .withReason(reason)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .build();
    }

    /** The pod's status, and the Job's condition that comes of it. */
    void ends(PodStatus status, String condition) {
        setPod(status);
        change(job -> job.setStatus(new JobStatusBuilder()
                .addNewCondition()
                .withType(condition)
                .withStatus("True")
                .withReason("BackoffLimitExceeded")
                .withMessage("Job has reached the specified backoff limit")
                .endCondition()
                .build()));
    }

    void setPod(PodStatus status) {
        Pod pod = client.pods().inNamespace(NAMESPACE).list().getItems().get(0);
        client.pods()
                .inNamespace(NAMESPACE)
                .withName(pod.getMetadata().getName())
                .edit(each -> new PodBuilder(each).withStatus(status).build());
    }

    /** The pod is gone; a Job that was deleted goes with it. */
    void losePod() {
        client.pods().inNamespace(NAMESPACE).delete();
        if (job().isMarkedForDeletion()) {
            change(job -> job.getMetadata().setFinalizers(List.of()));
        }
    }

    @Override
    public void close() {
        client.close();
        server.destroy();
    }
}
