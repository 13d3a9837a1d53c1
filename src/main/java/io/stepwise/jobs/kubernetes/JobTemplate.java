package io.stepwise.jobs.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The template of a Job: a manifest of {@code batch/v1} as {@code kubectl apply} takes it. The Job's name, labels and
 * number, the run's id, and the {@link KubernetesSettings} are added; everything else (volumes, memory, tolerations,
 * the command) comes from the manifest. Its container {@value #CONTAINER} receives the run's id in the environment
 * variable {@value #RUN}.
 */
public final class JobTemplate {
    /** Name of the container that trains. */
    static final String CONTAINER = "train";

    /** Environment variable that holds the run's id. */
    static final String RUN = "TRAINING_RUN";

    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String MANAGER = "stepwise-training";
    static final String RUN_LABEL = "stepwise.io/run";
    static final String ATTEMPT_LABEL = "stepwise.io/attempt";
    static final String DEVICE = "stepwise.io/device";
    static final String QUEUE_LABEL = "kueue.x-k8s.io/queue-name";
    static final String GPU = "nvidia.com/gpu";

    private final Job manifest;

    private JobTemplate(Job manifest) {
        this.manifest = manifest;
    }

    /** The template that is shipped with the program. */
    public static JobTemplate shipped() {
        try (InputStream stream = JobTemplate.class.getResourceAsStream("/training-job.yaml")) {
            if (stream == null) {
                throw new IllegalStateException("the program lacks training-job.yaml");
            }
            return read(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @throws IllegalArgumentException naming the field that is unknown or has a wrong value
     */
    public static JobTemplate read(String yaml) {
        Job manifest;
        try {
            manifest = strictReader().readValue(yaml);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the template of Jobs is no Job: " + e.getOriginalMessage(), e);
        }
        check(manifest);
        return new JobTemplate(manifest);
    }

    /** Fabric8's classes keep unknown fields; here an unknown field is a mistake in the manifest. */
    private static ObjectReader strictReader() {
        YAMLMapper yaml = new YAMLMapper();
        yaml.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            @Override
            public Boolean hasAnySetter(Annotated member) {
                return false;
            }
        });
        return yaml.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).readerFor(Job.class);
    }

    private static void check(@Nullable Job manifest) {
        if (manifest == null) {
            throw new IllegalArgumentException("the template of Jobs is empty, must be a Job of batch/v1");
        }
        must("apiVersion", manifest.getApiVersion(), "batch/v1");
        must("kind", manifest.getKind(), "Job");
        if (manifest.getSpec() == null
                || manifest.getSpec().getTemplate() == null
                || manifest.getSpec().getTemplate().getSpec() == null) {
            throw new IllegalArgumentException("the template of Jobs has no spec.template.spec");
        }
        // the supervisor starts a run's next process: it reads the exit code and counts crashes
        must("spec.backoffLimit", manifest.getSpec().getBackoffLimit(), 0);
        must("spec.template.spec.restartPolicy", podSpec(manifest).getRestartPolicy(), "Never");
        if (container(podSpec(manifest)).isEmpty()) {
            throw new IllegalArgumentException("the template of Jobs has no container \"" + CONTAINER + "\"");
        }
    }

    private static void must(String field, @Nullable Object value, Object allowed) {
        if (!allowed.equals(value)) {
            throw new IllegalArgumentException(
                    "the template of Jobs: " + field + " is " + value + ", must be " + allowed);
        }
    }

    /** The memory limit of the container in bytes; empty if the manifest sets none. */
    public OptionalLong memory() {
        ResourceRequirements resources =
                container(podSpec(manifest)).map(Container::getResources).orElse(null);
        Quantity limit = resources == null || resources.getLimits() == null
                ? null
                : resources.getLimits().get("memory");
        return limit == null
                ? OptionalLong.empty()
                : OptionalLong.of(limit.getNumericalAmount().longValue());
    }

    /** Whether the manifest names the image. */
    boolean namesImage() {
        return container(podSpec(manifest))
                .map(Container::getImage)
                .filter(image -> !image.isBlank())
                .isPresent();
    }

    /**
     * A Job made from the template.
     *
     * @param attempt number of the process of this run, for its label
     * @param device number of the run among the running ones, for its annotation
     * @param image of the container; empty if the manifest names one
     */
    Job job(String name, String run, long attempt, int device, KubernetesSettings settings, Optional<String> image) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put(MANAGED_BY, MANAGER);
        labels.put(RUN_LABEL, run);
        labels.put(ATTEMPT_LABEL, Long.toString(attempt));
        JobBuilder builder = new JobBuilder(manifest)
                .editOrNewMetadata()
                .withName(name)
                .withNamespace(null)
                .addToLabels(labels)
                .addToAnnotations(DEVICE, Integer.toString(device))
                .endMetadata()
                .editSpec()
                .editTemplate()
                .editOrNewMetadata()
                .addToLabels(labels)
                .endMetadata()
                .endTemplate()
                .endSpec();
        settings.queue()
                .ifPresent(queue ->
                        builder.editMetadata().addToLabels(QUEUE_LABEL, queue).endMetadata());
        Job job = builder.build();
        container(podSpec(job)).ifPresent(container -> fill(container, run, settings, image));
        return job;
    }

    private static void fill(Container container, String run, KubernetesSettings settings, Optional<String> image) {
        image.ifPresent(container::setImage);
        EnvVar variable = new EnvVarBuilder().withName(RUN).withValue(run).build();
        container.getEnv().removeIf(other -> other.getName().equals(RUN));
        container.getEnv().add(0, variable); // later variables may refer to it
        settings.environment().entrySet().stream()
                .filter(setting -> container.getEnv().stream()
                        .noneMatch(own -> own.getName().equals(setting.getKey())))
                .sorted(Map.Entry.comparingByKey())
                .forEach(setting -> container
                        .getEnv()
                        .add(new EnvVarBuilder()
                                .withName(setting.getKey())
                                .withValue(setting.getValue())
                                .build()));
        ResourceRequirements resources =
                container.getResources() == null ? new ResourceRequirements() : container.getResources();
        Map<String, Quantity> limits =
                new LinkedHashMap<>(resources.getLimits() == null ? Map.of() : resources.getLimits());
        limits.remove(GPU);
        if (settings.gpus() > 0) {
            limits.put(GPU, new Quantity(Integer.toString(settings.gpus())));
        }
        resources.setLimits(limits);
        container.setResources(resources);
    }

    private static PodSpec podSpec(Job job) {
        return job.getSpec().getTemplate().getSpec();
    }

    private static Optional<Container> container(PodSpec pod) {
        List<Container> containers = pod.getContainers() == null ? List.of() : pod.getContainers();
        return containers.stream()
                .filter(container -> CONTAINER.equals(container.getName()))
                .findFirst();
    }
}
