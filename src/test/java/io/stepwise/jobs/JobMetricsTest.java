package io.stepwise.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    @TempDir
    private Path runs;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private JobMetrics metrics;

    @BeforeEach
    void start() {
        TrainingJobs jobs = new TrainingJobs(
                runs,
                null,
                new TrainingJobs.Settings(1, 0, Duration.ofSeconds(1), Duration.ZERO),
                InstantSource.fixed(NOW),
                new Random(1));
        metrics = new JobMetrics(jobs, registry);
    }

    @AfterEach
    void stop() {
        metrics.close();
    }

    private RunFolder queued(int number) throws IOException {
        return RunFolder.enqueue(runs, TrainingSpec.defaults(), NOW.plusSeconds(number), new Random(number));
    }

    private static void say(RunFolder run, RunEvent.Type type, int step) throws IOException {
        run.append(NOW, type, step, Map.of());
    }

    private double of(String name, RunFolder run) {
        return registry.get("stepwise.train." + name)
                .tag("run", run.id())
                .gauge()
                .value();
    }

    private double jobs(String state) {
        return registry.get("stepwise.train.jobs").tag("state", state).gauge().value();
    }

    @Test
    void refresh_runningJob_tellsHowFarItIs() throws IOException {
        RunFolder run = queued(1);
        say(run, RunEvent.Type.STARTED, 0);
        say(run, RunEvent.Type.CHECKPOINT, 1000);
        say(run, RunEvent.Type.PUBLISHED, 1000);
        say(run, RunEvent.Type.CRASHED, 1010);
        say(run, RunEvent.Type.RESUMED, 1000);
        run.append(new MetricsRow(1020, .25, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, Map.of()));
        Files.setLastModifiedTime(run.root().resolve("metrics.jsonl"), FileTime.from(NOW.plusSeconds(9)));

        metrics.refresh();

        assertThat(of("step", run)).isEqualTo(1020);
        assertThat(of("step.target", run)).isEqualTo(20_000);
        assertThat(of("loss", run)).isEqualTo(.25);
        assertThat(of("images.per.second", run)).isEqualTo(64);
        assertThat(of("remaining", run)).isEqualTo((20_000 - 1020) * 32 / 64.0);
        assertThat(of("checkpoints", run)).isEqualTo(1);
        assertThat(of("versions", run)).isEqualTo(1);
        assertThat(of("crashes", run)).isEqualTo(1);
        assertThat(of("progress.timestamp", run)).isEqualTo(NOW.plusSeconds(9).getEpochSecond());
        assertThat(registry.get("stepwise.train.step").tag("model", "faces").gauges())
                .hasSize(1);
    }

    @Test
    void refresh_jobsInManyStates_countsThemAndForgetsWhatIsOver() throws IOException {
        RunFolder waiting = queued(1);
        RunFolder begun = queued(2);
        say(begun, RunEvent.Type.STARTED, 0);
        metrics.refresh();

        assertThat(jobs("queued")).isEqualTo(1);
        assertThat(jobs("running")).isEqualTo(1);
        assertThat(jobs("failed")).isZero();
        assertThat(registry.find("stepwise.train.step").gauges()).hasSize(1);
        assertThat(of("loss", begun)).isNaN();

        say(begun, RunEvent.Type.FAILED, 0);
        say(waiting, RunEvent.Type.CANCEL_ASKED, 0);
        metrics.refresh();

        assertThat(jobs("failed")).isEqualTo(1);
        assertThat(jobs("cancelled")).isEqualTo(1);
        assertThat(jobs("queued")).isZero();
        assertThat(registry.find("stepwise.train.step").gauges()).isEmpty();
    }

    /** What waits for its turn after a crash is still watched. */
    @Test
    void refresh_crashedJob_keepsItsSeries() throws IOException {
        RunFolder run = queued(1);
        say(run, RunEvent.Type.STARTED, 0);
        run.append(new MetricsRow(20, .25, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, Map.of()));
        say(run, RunEvent.Type.CRASHED, 20);

        metrics.refresh();

        assertThat(of("crashes", run)).isEqualTo(1);
        assertThat(of("images.per.second", run)).as("nobody trains").isZero();
        assertThat(jobs("queued")).isEqualTo(1);
    }
}
