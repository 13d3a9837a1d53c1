package io.stepwise.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** k8s/ as kubectl renders it, against the kinds' models, against itself, and against the program. */
class ManifestsTest {
    private static final Path MONITORING = Path.of("k8s/components/monitoring");
    private static final String RULE =
            """
            # Made from docker/monitoring/rules.yml, with which ManifestsTest holds it equal.
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata:
              name: stepwise
              labels:
                app.kubernetes.io/name: stepwise
                app.kubernetes.io/part-of: stepwise
            spec:
            """;

    private static Manifests render(String folder) throws Exception {
        return Manifests.render(Path.of("k8s").resolve(folder));
    }

    private static Container stepwise(Manifests manifests) {
        PodSpec pod = manifests.the(Deployment.class).getSpec().getTemplate().getSpec();
        return pod.getContainers().get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void deployment_hasWhatARolloutNeeds(String folder) throws Exception {
        Deployment deployment = render(folder).the(Deployment.class);
        PodSpec pod = deployment.getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().get(0);

        assertThat(path(container.getStartupProbe())).isEqualTo("/q/health/started");
        assertThat(path(container.getReadinessProbe())).isEqualTo("/q/health/ready");
        assertThat(path(container.getLivenessProbe())).isEqualTo("/q/health/live");
        assertThat(container.getPorts())
                .anySatisfy(port -> assertThat(port.getName()).isEqualTo("http"));
        assertThat(deployment.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        assertThat(pod.getTopologySpreadConstraints()).hasSize(2);
        assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(container.getResources().getLimits().get("memory"))
                .isEqualTo(container.getResources().getRequests().get("memory"));
        assertThat(pod.getEnableServiceLinks())
                .as("STEPWISE_PORT of a Service called stepwise would be an unknown setting")
                .isFalse();
    }

    private static String path(Probe probe) {
        assertThat(probe.getHttpGet().getPort()).isEqualTo(new IntOrString("http"));
        return probe.getHttpGet().getPath();
    }

    /** As the profile "restricted" of Pod Security wants it, for the Deployment and for Jobs. */
    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void pods_mayDoNothingTheyNeedNot(String folder) throws Exception {
        restricted(render(folder).the(Deployment.class).getSpec().getTemplate().getSpec());
        restricted(trainingJob().getSpec().getTemplate().getSpec());
    }

    private static void restricted(PodSpec pod) {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getVolumes())
                .allMatch(volume -> volume.getPersistentVolumeClaim() != null || volume.getEmptyDir() != null);
        Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .forEach(container -> {
                    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue();
                    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                            .isFalse();
                    assertThat(container.getSecurityContext().getCapabilities().getDrop())
                            .containsExactly("ALL");
                });
    }

    private static Job trainingJob() throws IOException {
        return Manifests.mapper()
                .readValue(Files.readString(Path.of("src/main/resources/training-job.yaml")), Job.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void settings_areTheProgramsAndInTheirRanges(String folder) throws Exception {
        Map<String, String> settings = settings(render(folder));

        assertThat(config(settings).model()).isEqualTo("faces");
        assertThat(settings.keySet()).allMatch(name -> name.startsWith("STEPWISE_") || name.startsWith("QUARKUS_"));
    }

    @Test
    void settings_thatDoNotExist_wouldBeFound() throws Exception {
        Map<String, String> settings = new HashMap<>(settings(render("base")));
        settings.put("STEPWISE_DRAIN_BUGDET", "60s");
        assertThatThrownBy(() -> config(settings)).hasMessageContaining("stepwise.drain.bugdet");
    }

    private static Map<String, String> settings(Manifests manifests) {
        ConfigMap map = manifests.all(ConfigMap.class).stream()
                .filter(each -> each.getMetadata().getName().startsWith("stepwise-settings"))
                .findFirst()
                .orElseThrow();
        Map<String, String> all = new TreeMap<>(map.getData());
        assertThat(stepwise(manifests).getEnvFrom().get(0).getConfigMapRef().getName())
                .isEqualTo(map.getMetadata().getName());
        return all;
    }

    /** As the program reads its environment: by the keys that there are. */
    private static StepwiseConfig config(Map<String, String> environment) {
        Map<String, String> names =
                ConfigKeys.all().keySet().stream().collect(Collectors.toMap(ConfigKeys::environment, key -> key));
        Map<String, String> keys = new HashMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith("STEPWISE_")) {
                keys.put(
                        names.getOrDefault(
                                name, name.toLowerCase(java.util.Locale.ROOT).replace('_', '.')),
                        value);
            }
        });
        return Settings.read(
                new SmallRyeConfigBuilder().withSources(new PropertiesConfigSource(keys, "environment", 300)),
                Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void termination_leavesTimeToDrain(String folder) throws Exception {
        Manifests manifests = render(folder);
        DrainConfig drain = config(settings(manifests)).drain();
        Container container = stepwise(manifests);
        List<String> preStop = container.getLifecycle().getPreStop().getExec().getCommand();
        PodSpec pod = manifests.the(Deployment.class).getSpec().getTemplate().getSpec();
        Probe ready = container.getReadinessProbe();

        Duration needed = drain.delay().plus(drain.budget()).plusSeconds(Long.parseLong(preStop.get(1)));
        assertThat(needed).isLessThan(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()));
        assertThat(drain.delay())
                .as("longer than readiness takes to be noticed")
                .isGreaterThan(Duration.ofSeconds((long) ready.getPeriodSeconds() * ready.getFailureThreshold()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void selectors_findThePods(String folder) throws Exception {
        Manifests manifests = render(folder);
        Deployment deployment = manifests.the(Deployment.class);
        Map<String, String> pod =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        Service service = manifests.the(Service.class);

        assertThat(pod).containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
        assertThat(pod).containsAllEntriesOf(service.getSpec().getSelector());
        assertThat(pod)
                .containsAllEntriesOf(manifests
                        .the(PodDisruptionBudget.class)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels());
        Map<String, String> job =
                trainingJob().getSpec().getTemplate().getMetadata().getLabels();
        assertThat(job.entrySet())
                .as("a Job's pod must not be served from")
                .doesNotContainAnyElementsOf(List.of(Map.entry("app.kubernetes.io/component", "service")));
        for (NetworkPolicy policy : manifests.all(NetworkPolicy.class)) {
            Map<String, String> selects = policy.getSpec().getPodSelector().getMatchLabels();
            assertThat(policy.getMetadata().getName().equals("stepwise") ? pod : job)
                    .containsAllEntriesOf(selects);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/cpu", "overlays/gpu"})
    void monitoring_findsTheServiceUnderTheNameOfTheRules(String folder) throws Exception {
        Manifests manifests = render(folder);
        ServiceMonitor monitor = manifests.the(ServiceMonitor.class);
        Map<String, String> labels = manifests.the(Service.class).getMetadata().getLabels();

        assertThat(labels)
                .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels())
                .containsEntry(monitor.getSpec().getJobLabel(), "stepwise");
        assertThat(monitor.getSpec().getEndpoints().get(0).getPath()).isEqualTo("/q/metrics");
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/cpu", "overlays/gpu"})
    void autoscaling_goesByAMetricThatThereIs(String folder) throws Exception {
        Manifests manifests = render(folder);
        Manifests.ScaledSpec spec = manifests.the(Manifests.ScaledObject.class).spec();
        String metrics = Files.readString(Path.of("docs/metrics.md"));

        assertThat(spec.triggers()).hasSize(1);
        assertThat(spec.triggers().get(0).metadata().query()).contains("stepwise_queue_drain_seconds");
        assertThat(metrics).contains("`stepwise_queue_drain_seconds`");
        assertThat(manifests.the(Deployment.class).getSpec().getReplicas())
                .as("the autoscaler's")
                .isNull();
        assertThat(spec.scaleTargetRef())
                .containsEntry(
                        "name", manifests.the(Deployment.class).getMetadata().getName());
        assertThat(spec.maxReplicaCount()).isGreaterThan(spec.minReplicaCount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"overlays/cpu", "overlays/gpu"})
    void ingress_letsStreamsAndUploadsThrough(String folder) throws Exception {
        Map<String, String> annotations =
                render(folder).the(Ingress.class).getMetadata().getAnnotations();
        String nginx = "nginx.ingress.kubernetes.io/";

        assertThat(annotations)
                .containsEntry(nginx + "proxy-buffering", "off")
                .containsEntry(nginx + "proxy-request-buffering", "off")
                .containsEntry(nginx + "proxy-body-size", "0");
        assertThat(Integer.parseInt(annotations.get(nginx + "proxy-read-timeout")))
                .isGreaterThanOrEqualTo(3600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/cpu", "overlays/gpu"})
    void volumes_areSharedAndTheSameForServiceAndJobs(String folder) throws Exception {
        Manifests manifests = render(folder);
        List<PersistentVolumeClaim> claims = manifests.all(PersistentVolumeClaim.class);

        assertThat(claims).allSatisfy(claim -> assertThat(claim.getSpec().getAccessModes())
                .containsExactly("ReadWriteMany"));
        List<String> names =
                claims.stream().map(claim -> claim.getMetadata().getName()).toList();
        PodSpec service =
                manifests.the(Deployment.class).getSpec().getTemplate().getSpec();
        PodSpec job = trainingJob().getSpec().getTemplate().getSpec();
        assertThat(claimed(service)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(claimed(job)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(job.getContainers().get(0).getVolumeMounts())
                .filteredOn(mount -> !mount.getName().equals("tmp"))
                .extracting(mount -> mount.getName() + " " + mount.getMountPath())
                .isSubsetOf(stepwise(manifests).getVolumeMounts().stream()
                        .map(mount -> mount.getName() + " " + mount.getMountPath())
                        .toList());
    }

    private static List<String> claimed(PodSpec pod) {
        return pod.getVolumes().stream()
                .filter(volume -> volume.getPersistentVolumeClaim() != null)
                .map(Volume::getPersistentVolumeClaim)
                .map(source -> source.getClaimName())
                .toList();
    }

    @Test
    void image_hasTheFoldersThatAreMounted() throws Exception {
        String dockerfile = Files.readString(Path.of("docker/Dockerfile"));
        stepwise(render("base")).getVolumeMounts().stream()
                .filter(mount -> !mount.getName().equals("tmp"))
                .forEach(mount -> assertThat(dockerfile)
                        .contains("STEPWISE_" + mount.getName().toUpperCase(java.util.Locale.ROOT) + "="
                                + mount.getMountPath()));
    }

    @Test
    void processors_areThoseAskedFor() throws Exception {
        for (Container container : List.of(
                stepwise(render("base")),
                trainingJob().getSpec().getTemplate().getSpec().getContainers().get(0))) {
            EnvVar processors = container.getEnv().get(0);
            assertThat(processors.getValueFrom().getResourceFieldRef().getResource())
                    .isEqualTo("requests.cpu");
            assertThat(processors.getValueFrom().getResourceFieldRef().getContainerName())
                    .isEqualTo(container.getName());
            assertThat(container.getEnv())
                    .filteredOn(variable -> String.valueOf(variable.getValue()).contains("$(PROCESSORS)"))
                    .extracting(EnvVar::getName)
                    .containsExactly("OMP_NUM_THREADS", "JAVA_OPTS");
        }
    }

    @Test
    void gpuOverlay_asksForAGpuAndItsJobsToo() throws Exception {
        Manifests gpu = render("overlays/gpu");
        assertThat(stepwise(gpu).getResources().getLimits()).containsKey("nvidia.com/gpu");
        assertThat(settings(gpu)).containsEntry("STEPWISE_TRAIN_KUBERNETES_GPUS", "1");
        assertThat(stepwise(gpu).getImage()).endsWith(":cuda");
        Manifests cpu = render("overlays/cpu");
        assertThat(stepwise(cpu).getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
        assertThat(settings(cpu)).containsEntry("STEPWISE_TRAIN_KUBERNETES_GPUS", "0");
        assertThat(cpu.the(Deployment.class)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getInitContainers()
                        .get(0)
                        .getImage())
                .isEqualTo(stepwise(cpu).getImage());
    }

    @Test
    void unknownProperty_isRefused() {
        assertThatThrownBy(
                        () -> Manifests.parse(
                                """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: a}
                        spec: {selektor: {a: b}}
                        """))
                .hasMessageContaining("selektor");
    }

    @Test
    void rulesAndDashboard_areThoseOfTheComposeFile() throws Exception {
        String rules = Files.readString(Path.of("docker/monitoring/rules.yml"));
        String groups = rules.substring(rules.indexOf("groups:"))
                .lines()
                .map(line -> line.isBlank() ? line : "  " + line)
                .collect(Collectors.joining("\n", RULE, "\n"));
        String dashboard = Files.readString(Path.of("docker/monitoring/grafana/dashboard.json"));
        if (Boolean.getBoolean("k8s.write")) {
            Files.writeString(MONITORING.resolve("prometheusrule.yaml"), groups);
            Files.writeString(MONITORING.resolve("dashboard.json"), dashboard);
        }

        assertThat(MONITORING.resolve("prometheusrule.yaml")).hasContent(groups);
        assertThat(MONITORING.resolve("dashboard.json")).hasContent(dashboard);
        JsonNode rule = Manifests.mapper().readTree(groups);
        assertThat(rule.path("spec").path("groups"))
                .isEqualTo(Manifests.mapper().readTree(rules).path("groups"));
    }
}
