package io.stepwise.training.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MlflowMirrorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");
    private static final Duration OFTEN = Duration.ofMillis(20);

    @TempDir
    private Path runs;

    private FakeMlflow mlflow;
    private RunFolder run;

    @BeforeEach
    void start() throws IOException {
        mlflow = new FakeMlflow(0);
        run = RunFolder.create(runs, TrainingSpec.defaults(), NOW, new Random(1));
    }

    @AfterEach
    void stop() {
        mlflow.close();
    }

    @Test
    void run_trainsAndEnds_isToldWithAllItHas() throws Exception {
        byte[] grid = Png.encode(new Pixels(2, 2, 3, new byte[12]));
        try (MlflowMirror mirror = MlflowMirror.start(run, mlflow.address(Map.of()), OFTEN)) {
            run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
            run.append(row(20, Map.of()));
            await().until(() -> !mlflow.metrics.isEmpty());
            run.append(row(40, Map.of(Metric.VALIDATION_LOSS, .75)));
            run.writeSample(40, grid);
            run.append(NOW.plusSeconds(60), RunEvent.Type.FINISHED, 40, Map.of());
        }
        assertThat(mlflow.experiment).isEqualTo("pictures");
        assertThat(mlflow.runs).hasSize(1);
        JsonNode told = mlflow.runs.get("r0");
        assertThat(told.path("run_name").asText()).isEqualTo(run.id());
        assertThat(told.path("experiment_id").asText()).isEqualTo("7");
        assertThat(told.path("start_time").asLong()).isPositive();
        assertThat(told.path("status").asText()).isEqualTo("FINISHED");
        assertThat(told.path("end_time").asLong()).isEqualTo(NOW.plusSeconds(60).toEpochMilli());
        assertThat(mlflow.parameters)
                .containsEntry("steps", "20000")
                .containsEntry("dataset", "faces")
                .containsEntry("schedule.type", "cosine")
                .containsEntry("image_size", "[32,32]")
                .containsEntry("validation.share", "0.05")
                .doesNotContainKey("resume_from");
        assertThat(values("loss")).containsExactly("20 0.5", "40 0.5");
        assertThat(values("validation_loss")).containsExactly("40 0.75");
        assertThat(values("loss_q2")).as("NaN").isEmpty();
        assertThat(mlflow.metrics.get(0).path("timestamp").asLong())
                .isEqualTo(NOW.plusSeconds(33).toEpochMilli());
        assertThat(mlflow.artifacts).containsOnlyKeys("7/r0/artifacts/samples/step-00000040.png");
        assertThat(mlflow.artifacts.values()).containsExactly(grid);
        assertThat(mlflow.authorizations).containsOnly("null");
    }

    @Test
    void run_anotherProcess_goesOnWithTheSameRunAndRepeatsNothing() throws Exception {
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        run.append(row(20, Map.of()));
        run.writeSample(20, Png.encode(new Pixels(2, 2, 3, new byte[12])));
        run.append(NOW, RunEvent.Type.PAUSED, 20, Map.of());
        MlflowMirror.start(run, mlflow.address(Map.of()), OFTEN).close();
        assertThat(mlflow.runs.get("r0").path("status").asText()).isEqualTo("SCHEDULED");
        mlflow.calls.clear();

        run.append(NOW, RunEvent.Type.RESUMED, 20, Map.of());
        try (MlflowMirror mirror = MlflowMirror.start(run, mlflow.address(Map.of()), OFTEN)) {
            await().until(() -> mlflow.runs.get("r0").path("status").asText().equals("RUNNING"));
            run.append(row(40, Map.of()));
            run.append(NOW, RunEvent.Type.FAILED, 40, Map.of());
        }
        assertThat(mlflow.runs).hasSize(1);
        assertThat(values("loss")).containsExactly("20 0.5", "40 0.5");
        assertThat(mlflow.runs.get("r0").path("status").asText()).isEqualTo("FAILED");
        assertThat(mlflow.calls)
                .noneMatch(call ->
                        call.startsWith("PUT") || call.endsWith("runs/create") || call.endsWith("experiments/create"));
    }

    @Test
    void server_awayOrBroken_runIsNotHeldUpAndTheRestFollows() throws Exception {
        int port = mlflow.port();
        mlflow.close();
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        MlflowServer address = mlflow.address(Map.of());
        try (MlflowMirror mirror = MlflowMirror.start(run, address, OFTEN)) {
            run.append(row(20, Map.of()));
            mlflow = new FakeMlflow(port);
            mlflow.broken = true;
            await().until(() -> !mlflow.calls.isEmpty());
            run.append(row(40, Map.of()));
            mlflow.broken = false;
            await().until(() -> values("loss").size() == 2);
        }
        assertThat(values("loss")).containsExactly("20 0.5", "40 0.5");
    }

    @Test
    void server_neverAnswers_closeWaitsNoLongerThanItSays() throws Exception {
        AtomicReference<MlflowMirror> mirror = new AtomicReference<>();
        try (ServerSocket silent = new ServerSocket(0)) {
            MlflowServer address = MlflowServer.of("http://localhost:" + silent.getLocalPort(), "x", Map.of());
            mirror.set(MlflowMirror.start(run, address, OFTEN));
            long before = System.nanoTime();
            mirror.get().close(Duration.ofMillis(300));
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void server_withoutArtifacts_getsTheRest() throws Exception {
        mlflow.servesArtifacts = false;
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        run.append(row(20, Map.of()));
        run.writeSample(20, Png.encode(new Pixels(2, 2, 3, new byte[12])));
        MlflowMirror.start(run, mlflow.address(Map.of()), OFTEN).close();
        assertThat(values("loss")).containsExactly("20 0.5");
        assertThat(mlflow.runs.get("r0").path("status").asText()).isEqualTo("RUNNING");
        assertThat(mlflow.artifacts).isEmpty();
    }

    @Test
    void credentials_ofMlflowsVariables_inEveryRequest() throws Exception {
        run.writeSample(20, Png.encode(new Pixels(2, 2, 3, new byte[12])));
        MlflowMirror.start(run, mlflow.address(Map.of("MLFLOW_TRACKING_TOKEN", "secret")), OFTEN)
                .close();
        assertThat(mlflow.calls).anyMatch(call -> call.startsWith("PUT"));
        assertThat(mlflow.authorizations).isNotEmpty().containsOnly("Bearer secret");
        mlflow.authorizations.clear();
        Map<String, String> basic = Map.of(
                "MLFLOW_TRACKING_USERNAME", "me", "MLFLOW_TRACKING_PASSWORD", "word", "MLFLOW_TRACKING_TOKEN", "x");
        MlflowMirror.start(run, mlflow.address(basic), OFTEN).close();
        assertThat(mlflow.authorizations).isNotEmpty().containsOnly("Basic bWU6d29yZA==");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlflow:5000", "ftp://mlflow", "http://", "http://a b", ""})
    void address_noUrl_refused(String uri) {
        assertThatThrownBy(() -> MlflowServer.of(uri, "x", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("uri is \"" + uri + "\", must be an http or https URL");
    }

    @Test
    void address_asText_hidesCredentials() {
        assertThat(MlflowServer.of("https://me:word@mlflow/x", "x", Map.of("MLFLOW_TRACKING_TOKEN", "secret")))
                .hasToString("https://mlflow");
        assertThatThrownBy(() -> MlflowServer.of("http://mlflow", " ", Map.of()))
                .hasMessageContaining("experiment is");
    }

    private List<String> values(String key) {
        return mlflow.metrics.stream()
                .filter(metric -> metric.path("key").asText().equals(key))
                .map(metric -> metric.path("step").asLong() + " "
                        + metric.path("value").asDouble())
                .toList();
    }

    private static MetricsRow row(int step, Map<Metric, Double> measured) {
        return new MetricsRow(step, .5, .1, Double.NaN, .3, .4, 2e-4, 1.5, .99, 120, 33, .25, measured);
    }
}
