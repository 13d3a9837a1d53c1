package io.stepwise.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.stepwise.jobs.kubernetes.JobTemplate;
import io.stepwise.jobs.kubernetes.KubernetesLauncher;
import io.stepwise.jobs.kubernetes.KubernetesSettings;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.RunState;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are trained in Jobs, tick by tick, against fabric8's API server; the test plays the rest of the cluster. */
class KubernetesLauncherTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");
    private static final KubernetesSettings SETTINGS =
            new KubernetesSettings(Optional.empty(), Optional.of("stepwise:test"), Optional.of("team"), 2, Map.of());

    @TempDir
    private Path runs;

    private final MockCluster cluster = new MockCluster();
    private Instant now = NOW;
    private Ownership ownership;
    private KubernetesLauncher launcher;
    private JobSupervisor supervisor;
    private int made;

    @BeforeEach
    void start() {
        start(cluster.config(), SETTINGS, null);
    }

    private void start(Config config, KubernetesSettings settings, String pod) {
        ownership = new Ownership(runs);
        launcher = new KubernetesLauncher(
                KubernetesLauncher.connect(config), JobTemplate.shipped(), settings, pod, () -> now);
        supervisor = new JobSupervisor(
                new RunCatalog(runs),
                ownership,
                launcher,
                new TrainingJobs.Settings(2, 2, Duration.ofSeconds(1), Duration.ZERO),
                () -> now,
                () -> {});
    }

    /** The service ends, and another one begins; nothing but the folder and the cluster stays. */
    private void restart() throws IOException {
        assertThat(supervisor.stopAll()).as("processes that the service ends").isEmpty();
        stop();
        start();
    }

    private void stop() throws IOException {
        launcher.close();
        ownership.close();
    }

    @AfterEach
    void close() throws IOException {
        stop();
        cluster.close();
    }

    private RunFolder queued() throws IOException {
        made++;
        return RunFolder.enqueue(runs, TrainingSpec.defaults(), NOW.plusSeconds(made), new Random(made));
    }

    private void tick() throws IOException {
        now = now.plusSeconds(1);
        supervisor.tick();
    }

    private void ask(RunFolder run, RunEvent.Type type) throws IOException {
        run.eventLog().append(now, type, Map.of());
    }

    private RunFolder running() throws IOException {
        RunFolder run = queued();
        tick();
        cluster.makePod(MockCluster.running());
        run.append(now, RunEvent.Type.STARTED, 0, Map.of());
        tick();
        return run;
    }

    private static RunState state(RunFolder run) throws IOException {
        return run.eventLog().last().orElseThrow().status().state();
    }

    private static List<RunEvent.Type> types(RunFolder run) throws IOException {
        return run.events(0).stream().map(RunEvent::type).toList();
    }

    private static Object message(RunFolder run) throws IOException {
        return run.eventLog().last().orElseThrow().details().get("message");
    }

    @Test
    void tick_queued_makesAJobOfTheTemplate() throws Exception {
        RunFolder run = queued();
        tick();

        Job job = cluster.job();
        assertThat(job.getMetadata().getName()).isEqualTo("stepwise-" + run.id() + "-1");
        assertThat(job.getMetadata().getLabels())
                .containsEntry("stepwise.io/run", run.id())
                .containsEntry("stepwise.io/attempt", "1")
                .containsEntry("kueue.x-k8s.io/queue-name", "team")
                .containsEntry("app.kubernetes.io/component", "training");
        assertThat(job.getSpec().getTemplate().getMetadata().getLabels()).containsEntry("stepwise.io/run", run.id());
        assertThat(job.getSpec().getBackoffLimit()).isZero();
        var container = job.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(container.getImage()).isEqualTo("stepwise:test");
        assertThat(container.getEnv().get(0).getName()).isEqualTo("TRAINING_RUN");
        assertThat(container.getEnv().get(0).getValue()).isEqualTo(run.id());
        assertThat(container.getResources().getLimits().get("nvidia.com/gpu").getAmount())
                .isEqualTo("2");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void job_ofTheCluster_tellsWhatALocalOneDoes() throws Exception {
        RunFolder run = running();
        run.append(new MetricsRow(20, .25, 0, 0, 0, 0, 0, 0, 0, 64, 1, .1, Map.of(Metric.VALIDATION_LOSS, .5)));
        run.append(now, RunEvent.Type.CHECKPOINT, 20, Map.of());
        tick();

        TrainingJob job = TrainingJob.of(run);
        assertThat(job.status().state()).isEqualTo(RunState.RUNNING);
        assertThat(job.step()).isEqualTo(20);
        assertThat(job.left()).hasValue(Duration.ofSeconds((20_000 - 20) * 32 / 64));
        assertThat(job.metrics()).isNotNull();
        assertThat(job.metrics().measured(Metric.VALIDATION_LOSS)).isEqualTo(.5);
    }

    @Test
    void tick_jobSucceeds_nothingFollows() throws Exception {
        RunFolder run = running();
        run.append(now, RunEvent.Type.FINISHED, 9, Map.of());
        cluster.ends(MockCluster.exited(0, "Completed"), "Complete");
        tick();
        tick();

        assertThat(state(run)).isEqualTo(RunState.SUCCEEDED);
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void tick_containerRunsOutOfMemory_anotherJobGoesOnUntilTooManyDied() throws Exception {
        RunFolder run = running();
        cluster.ends(MockCluster.exited(137, "OOMKilled"), "Failed");
        tick();

        assertThat(types(run)).endsWith(RunEvent.Type.CRASHED);
        assertThat(message(run)).asString().contains("OOMKilled", "ended by SIGKILL");
        assertThat(cluster.jobs())
                .extracting(job -> job.getMetadata().getName())
                .containsExactlyInAnyOrder("stepwise-" + run.id() + "-1", "stepwise-" + run.id() + "-3");
    }

    @Test
    void tick_podEvicted_isACrashThatSaysWhy() throws Exception {
        RunFolder run = running();
        PodStatus evicted = new PodStatusBuilder()
                .withPhase("Failed")
                .withReason("Evicted")
                .withMessage("The node was low on resource: ephemeral-storage.")
                .build();
        cluster.ends(evicted, "Failed");
        tick();

        assertThat(message(run))
                .isEqualTo("the process has died: Evicted: The node was low on resource: ephemeral-storage.");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(cluster.jobs()).hasSize(2);
    }

    @Test
    void tick_podLostWithItsMachine_isACrash() throws Exception {
        RunFolder run = running();
        cluster.losePod();
        cluster.change(job -> job.setStatus(new JobStatusBuilder()
                .addNewCondition()
                .withType("Failed")
                .withStatus("True")
                .withReason("BackoffLimitExceeded")
                .endCondition()
                .build()));
        tick();

        assertThat(message(run)).isEqualTo("the process has died: BackoffLimitExceeded");
        assertThat(cluster.jobs()).hasSize(2);
    }

    @Test
    void tick_jobDeletedByAPerson_isACrash() throws Exception {
        RunFolder run = running();
        cluster.losePod();
        cluster.change(job -> job.getMetadata().setFinalizers(List.of()));
        cluster.deleteJobs();
        tick();

        assertThat(message(run)).isEqualTo("the process has died: its Job was deleted");
        assertThat(cluster.job().getMetadata().getName()).isEqualTo("stepwise-" + run.id() + "-3");
    }

    @Test
    void tick_exitBecauseOfStorage_pausesTheRun() throws Exception {
        RunFolder run = running();
        cluster.ends(MockCluster.exited(74, "Error"), "Failed");
        tick();
        tick();

        assertThat(types(run)).endsWith(RunEvent.Type.BLOCKED);
        assertThat(state(run)).isEqualTo(RunState.PAUSED);
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void tick_pauseAsked_deletesTheJobAndResumeMakesAnother() throws Exception {
        RunFolder run = running();
        ask(run, RunEvent.Type.PAUSE_ASKED);
        tick();
        assertThat(cluster.job().isMarkedForDeletion()).isTrue();
        int asked = cluster.requests.get();
        tick();
        assertThat(cluster.requests.get() - asked)
                .as("looked once, told nothing again")
                .isEqualTo(2);
        assertThat(state(run)).isEqualTo(RunState.RUNNING);

        run.append(now, RunEvent.Type.PAUSED, 7, Map.of());
        ask(run, RunEvent.Type.RESUME_ASKED); // while its pod is on its way out
        tick();
        assertThat(cluster.jobs()).hasSize(1);
        cluster.losePod();
        tick();

        assertThat(cluster.job().getMetadata().getName()).isEqualTo("stepwise-" + run.id() + "-5");
        assertThat(types(run)).doesNotContain(RunEvent.Type.CRASHED);
    }

    @Test
    void tick_cancelAsked_deletesTheJob() throws Exception {
        RunFolder run = running();
        ask(run, RunEvent.Type.CANCEL_ASKED);
        tick();
        assertThat(cluster.job().isMarkedForDeletion()).isTrue();
        assertThat(state(run)).isEqualTo(RunState.RUNNING);
        cluster.losePod();
        tick();

        assertThat(state(run)).isEqualTo(RunState.CANCELLED);
        assertThat(cluster.jobs()).isEmpty();
    }

    @Test
    void tick_cancelledWhileNobodySupervised_deletesTheJobThatWaits() throws Exception {
        RunFolder run = queued();
        tick();
        stop();
        ask(run, RunEvent.Type.CANCEL_ASKED); // by a service that doesn't supervise
        assertThat(state(run)).isEqualTo(RunState.CANCELLED);
        start();
        tick();

        assertThat(cluster.jobs()).isEmpty();
    }

    @Test
    void tick_podCantBeScheduled_isSaidOnceAMinute() throws Exception {
        RunFolder run = queued();
        tick();
        cluster.makePod(unschedulable("0/3 nodes are available: 3 Insufficient nvidia.com/gpu."));
        for (int i = 0; i < 30; i++) {
            tick();
        }
        assertThat(types(run)).containsExactly(RunEvent.Type.QUEUED, RunEvent.Type.WAITING);
        assertThat(TrainingJob.of(run).waiting())
                .hasValue(
                        "no machine takes it: Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.");

        cluster.setPod(unschedulable("0/4 nodes are available: 4 Insufficient nvidia.com/gpu."));
        for (int i = 0; i < 40; i++) {
            tick();
        }
        assertThat(types(run)).hasSize(3);
        assertThat(TrainingJob.of(run).waiting().orElseThrow()).contains("0/4 nodes");
        run.append(now, RunEvent.Type.STARTED, 0, Map.of());
        assertThat(TrainingJob.of(run).waiting()).isEmpty();
    }

    private static PodStatus unschedulable(String why) {
        return new PodStatusBuilder()
                .withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage(why)
                .endCondition()
                .build();
    }

    @Test
    void tick_queueHasNotAdmittedTheJob_isSaid() throws Exception {
        RunFolder run = queued();
        tick();
        cluster.change(job -> job.getSpec().setSuspend(true));
        for (int i = 0; i < 12; i++) {
            tick();
        }

        assertThat(TrainingJob.of(run).waiting()).hasValue("the queue \"team\" has not admitted its Job yet");
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
    }

    @Test
    void tick_imageCantBePulled_isSaid() throws Exception {
        RunFolder run = queued();
        tick();
        cluster.makePod(new PodStatusBuilder()
                .withPhase("Pending")
                .addNewContainerStatus()
                .withName("train")
                .withNewState()
                .withNewWaiting("Back-off pulling image", "ImagePullBackOff")
                .endState()
                .endContainerStatus()
                .build());
        for (int i = 0; i < 12; i++) {
            tick();
        }

        assertThat(TrainingJob.of(run).waiting())
                .hasValue("its container can't start: ImagePullBackOff: Back-off pulling image");
    }

    @Test
    void tick_afterRestart_adoptsTheJobThatGoesOn() throws Exception {
        RunFolder run = running();
        restart();
        tick();
        assertThat(cluster.jobs()).hasSize(1);
        assertThat(types(run)).containsExactly(RunEvent.Type.QUEUED, RunEvent.Type.STARTED);

        ask(run, RunEvent.Type.PAUSE_ASKED);
        tick();
        assertThat(cluster.job().isMarkedForDeletion()).isTrue();
    }

    @Test
    void tick_jobDiedWhileNobodySupervised_isACrashThatCountsOnce() throws Exception {
        RunFolder run = running();
        stop();
        cluster.ends(MockCluster.exited(71, "Error"), "Failed");
        start();
        tick();
        restart();
        tick();

        assertThat(types(run)).containsExactly(RunEvent.Type.QUEUED, RunEvent.Type.STARTED, RunEvent.Type.CRASHED);
        assertThat(message(run)).isEqualTo("the process has died: not enough memory");
        assertThat(cluster.jobs()).hasSize(2);
    }

    @Test
    void tick_apiServerAway_nothingIsConcluded() throws Exception {
        RunFolder trained = running();
        RunFolder waiting = queued();
        cluster.refuse("", 503, "the server is currently unable to handle the request");
        for (int i = 0; i < 5; i++) {
            tick();
        }
        assertThat(state(trained)).isEqualTo(RunState.RUNNING);
        assertThat(state(waiting)).isEqualTo(RunState.QUEUED);
        assertThat(TrainingJob.of(waiting).waiting().orElseThrow()).contains("503", "unable to handle");

        cluster.refuse("", 0, "");
        tick();
        assertThat(state(trained)).isEqualTo(RunState.RUNNING);
        assertThat(cluster.jobs()).hasSize(2);
        assertThat(types(trained)).doesNotContain(RunEvent.Type.CRASHED);
    }

    @Test
    void tick_apiServerAwayAfterRestart_nothingIsConcludedUntilItAnswers() throws Exception {
        RunFolder run = running();
        cluster.refuse("", 500, "etcdserver: leader changed");
        restart();
        for (int i = 0; i < 3; i++) {
            tick();
        }
        assertThat(types(run)).containsExactly(RunEvent.Type.QUEUED, RunEvent.Type.STARTED);

        cluster.refuse("", 0, "");
        tick();
        assertThat(types(run)).containsExactly(RunEvent.Type.QUEUED, RunEvent.Type.STARTED);
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void tick_nobodyListens_waitsAndSaysSo() throws Exception {
        stop();
        Config nowhere = new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:1/")
                .withNamespace("ml")
                .build();
        start(nowhere, SETTINGS, null);
        RunFolder run = queued();
        tick();

        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(TrainingJob.of(run).waiting().orElseThrow()).startsWith("Kubernetes' API can't be reached: ");
    }

    @Test
    void tick_quotaIsUsedUp_waitsAndSaysSo() throws Exception {
        cluster.refuse("POST", 403, "exceeded quota: team, requested: requests.nvidia.com/gpu=2");
        RunFolder run = queued();
        tick();
        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(TrainingJob.of(run).waiting().orElseThrow()).contains("403", "exceeded quota");

        cluster.refuse("", 0, "");
        tick();
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void tick_jobIsInvalid_failsTheRun() throws Exception {
        cluster.refuse("POST", 422, "spec.template.spec.containers[0].image: Invalid value");
        RunFolder run = queued();
        tick();

        assertThat(state(run)).isEqualTo(RunState.FAILED);
        assertThat(message(run))
                .isEqualTo("no process can be started: Kubernetes refuses the Job:"
                        + " spec.template.spec.containers[0].image: Invalid value");
    }

    @Test
    void launch_jobWasMadeByAnotherSupervisor_isThatOne() throws Exception {
        RunFolder run = queued();
        JobProcess ours = launcher.launch(run, 0);
        try (KubernetesLauncher other = new KubernetesLauncher(
                KubernetesLauncher.connect(cluster.config()), JobTemplate.shipped(), SETTINGS, null, () -> now)) {
            JobProcess theirs = other.launch(run, 0);
            assertThat(theirs.isAlive()).isTrue();
        }
        assertThat(ours.isAlive()).isTrue();
        assertThat(cluster.jobs()).hasSize(1);
    }

    @Test
    void tick_processFoundTheRunTaken_jobIsMadeAnew() throws Exception {
        RunFolder run = queued();
        tick();
        cluster.makePod(MockCluster.running());
        cluster.change(job -> job.getMetadata().setFinalizers(List.of()));
        cluster.ends(MockCluster.exited(75, "Error"), "Failed");
        tick(); // the same run and attempt: the Job that is over has to go first
        tick();
        tick();

        assertThat(state(run)).isEqualTo(RunState.QUEUED);
        assertThat(types(run)).doesNotContain(RunEvent.Type.CRASHED);
        assertThat(cluster.job().getStatus()).isNull();
    }

    @Test
    void tick_noRuns_asksTheApiServerNothing() throws Exception {
        for (int i = 0; i < 3; i++) {
            tick();
        }
        assertThat(cluster.requests).hasValue(0);
    }

    @Test
    void tick_manyRuns_asksTheApiServerTwiceASecond() throws Exception {
        queued();
        queued();
        tick();
        int before = cluster.requests.get();
        tick();
        assertThat(cluster.requests.get() - before).isEqualTo(2);
    }

    @Test
    void launch_withoutImage_takesThatOfTheOwnPod() throws Exception {
        stop();
        start(
                cluster.config(),
                new KubernetesSettings(Optional.empty(), Optional.empty(), Optional.empty(), 0, Map.of()),
                "stepwise-5d9c-abcde");
        cluster.add(new PodBuilder()
                .withNewMetadata()
                .withName("stepwise-5d9c-abcde")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("proxy")
                .withImage("proxy:1")
                .endContainer()
                .addNewContainer()
                .withName("stepwise")
                .withImage("registry.example/stepwise@sha256:0")
                .endContainer()
                .endSpec()
                .build());
        queued();
        tick();

        var container =
                cluster.job().getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(container.getImage()).isEqualTo("registry.example/stepwise@sha256:0");
        assertThat(container.getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
        assertThat(cluster.job().getMetadata().getLabels()).doesNotContainKey("kueue.x-k8s.io/queue-name");
    }

    @Test
    void launch_withoutImageAndPod_failsTheRunNamingTheKey() throws Exception {
        stop();
        start(
                cluster.config(),
                new KubernetesSettings(Optional.empty(), Optional.empty(), Optional.empty(), 0, Map.of()),
                "laptop");
        RunFolder run = queued();
        tick();

        assertThat(state(run)).isEqualTo(RunState.FAILED);
        assertThat(message(run)).asString().contains("stepwise.train.kubernetes.image", "laptop");
    }

    /** The verbs of k8s/components/training/rbac.yaml are those that are used. */
    @Test
    void launcher_asksForWhatItsRoleAllowsAndNothingElse() throws Exception {
        launch_withoutImage_takesThatOfTheOwnPod();
        RunFolder run = RunFolder.list(runs).get(0);
        launcher.launch(run, 0); // the same attempt: it is there
        run.append(now, RunEvent.Type.STARTED, 0, Map.of());
        ask(run, RunEvent.Type.CANCEL_ASKED);
        tick();

        Set<String> used =
                cluster.asked.stream().map(KubernetesLauncherTest::verb).collect(Collectors.toSet());
        assertThat(used).isEqualTo(allowed());
    }

    private static String verb(String request) {
        String[] parts = request.replaceAll("\\?.*", "").split(" ");
        String resource = parts[1].replaceAll(".*/namespaces/ml/([a-z]+).*", "$1");
        boolean named = !parts[1].endsWith(resource);
        String verb = Map.of("POST", "create", "DELETE", "delete", "GET", named ? "get" : "list")
                .get(parts[0]);
        return resource + " " + verb;
    }

    private static Set<String> allowed() throws IOException {
        String yaml = Files.readString(Path.of("k8s/components/training/rbac.yaml"));
        Role role = Serialization.unmarshal(yaml.substring(0, yaml.indexOf("\n---")), Role.class);
        return role.getRules().stream()
                .flatMap(rule ->
                        rule.getVerbs().stream().map(verb -> rule.getResources().get(0) + " " + verb))
                .collect(Collectors.toSet());
    }
}
