package io.stepwise.app.config;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * What {@code kubectl kustomize} makes of a folder of k8s/, read as strictly as an API server with field validation: a property
 * that the kind doesn't have fails.
 *
 * @param resources in their order
 */
record Manifests(List<Object> resources) {
    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1/Namespace", Namespace.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
            Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
            Map.entry("keda.sh/v1alpha1/ScaledObject", ScaledObject.class));

    /**
     * Renders a folder. Where there is no kubectl of this decade the test is aborted, and where KUBECTL_REQUIRED is set, as in
     * .ci/run, it fails.
     */
    static Manifests render(Path folder) throws IOException, InterruptedException {
        Process kubectl = start(folder);
        String yaml = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!kubectl.waitFor(60, TimeUnit.SECONDS) || kubectl.exitValue() != 0) {
            throw new AssertionError("kubectl kustomize " + folder + ": " + yaml);
        }
        return parse(yaml);
    }

    private static Process start(Path folder) {
        try {
            return new ProcessBuilder("kubectl", "kustomize", folder.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            if (System.getenv("KUBECTL_REQUIRED") != null) {
                throw new AssertionError("kubectl is missing: " + e, e);
            }
            return Assumptions.abort("no manifest was rendered: kubectl is missing");
        }
    }

    static Manifests parse(String yaml) throws IOException {
        List<Object> resources = new ArrayList<>();
        try (MappingIterator<JsonNode> documents =
                mapper().readerFor(JsonNode.class).readValues(yaml)) {
            while (documents.hasNext()) {
                resources.add(resource(documents.next()));
            }
        }
        return new Manifests(resources);
    }

    private static Object resource(JsonNode document) throws IOException {
        String kind = document.path("apiVersion").asText() + "/"
                + document.path("kind").asText();
        Class<?> type = KINDS.get(kind);
        if (type == null) {
            throw new AssertionError("no kind that is known: " + kind);
        }
        return mapper().treeToValue(document, type);
    }

    /** Fabric8's classes take what they don't know for additional properties; here nothing may be unknown. */
    static YAMLMapper mapper() {
        YAMLMapper yaml = new YAMLMapper();
        yaml.setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
            private static final long serialVersionUID = 1L;

            @Override
            public Boolean hasAnySetter(Annotated member) {
                return false;
            }
        });
        yaml.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        return yaml;
    }

    <T> List<T> all(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The only one of its kind. */
    <T> T the(Class<T> type) {
        List<T> all = all(type);
        if (all.size() != 1) {
            throw new AssertionError(all.size() + " of " + type.getSimpleName());
        }
        return all.get(0);
    }

    /** As KEDA 2.17 has it, what we use of it. */
    record ScaledObject(
            String apiVersion, String kind, io.fabric8.kubernetes.api.model.ObjectMeta metadata, ScaledSpec spec) {}

    record ScaledSpec(
            Map<String, String> scaleTargetRef,
            int minReplicaCount,
            int maxReplicaCount,
            int pollingInterval,
            Fallback fallback,
            Advanced advanced,
            List<Trigger> triggers) {}

    record Fallback(int failureThreshold, int replicas, String behavior) {}

    record Advanced(Hpa horizontalPodAutoscalerConfig) {}

    record Hpa(io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior behavior) {}

    record Trigger(String type, String metricType, PrometheusTrigger metadata) {}

    record PrometheusTrigger(
            String serverAddress,
            String query,
            String threshold,
            String activationThreshold,
            String ignoreNullValues) {}
}
