package io.stepwise.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    @TempDir
    private Path temporary;

    @Test
    void create_newRun_folderWithSpecification() throws Exception {
        TrainingSpec spec = TrainingSpecJson.with(TrainingSpec.defaults(), Map.of("steps", 77, "warmup_steps", 3));
        RunFolder run = RunFolder.create(temporary.resolve("runs"), spec, NOW, new Random(1));
        assertThat(run.id()).matches("20261122-183301-[0-9a-f]{4}");
        assertThat(run.root().resolve("job.json")).hasContent(TrainingSpecJson.write(spec));
        assertThat(RunFolder.open(temporary.resolve("runs"), run.id()).spec()).isEqualTo(spec);
    }

    @Test
    void create_sameSecondSameRandom_anotherId() throws Exception {
        RunFolder first = newRun(7);
        RunFolder second = newRun(7);
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void list_severalRuns_newestFirstWithoutStrangers() throws Exception {
        RunFolder old = newRun(1);
        RunFolder late = RunFolder.create(temporary, TrainingSpec.defaults(), NOW.plusSeconds(1), new Random(2));
        Files.createDirectory(temporary.resolve("stranger"));
        assertThat(RunFolder.list(temporary)).extracting(RunFolder::id).containsExactly(late.id(), old.id());
        assertThat(RunFolder.list(temporary.resolve("nowhere"))).isEmpty();
    }

    @Test
    void open_unknownOrImpossibleId_noSuchFile() throws Exception {
        newRun(1);
        for (String id : List.of("20200101-000000-0000", "../x", "", ".")) {
            assertThatThrownBy(() -> RunFolder.open(temporary, id))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining("'" + id + "'");
        }
    }

    @Test
    void spec_brokenFile_namesFileAndField() throws Exception {
        RunFolder run = newRun(1);
        Files.writeString(run.root().resolve("job.json"), "{\"steps\": 0}");
        assertThatThrownBy(run::spec)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("job.json")
                .hasMessageContaining("steps is 0, must be");
        Files.writeString(run.root().resolve("job.json"), "{");
        assertThatThrownBy(run::spec).isInstanceOf(IOException.class).hasMessageContaining("job.json");
    }

    @Test
    void metrics_appendedRows_readBack() throws Exception {
        RunFolder run = newRun(1);
        assertThat(run.metrics(0)).isEmpty();
        run.append(row(10));
        run.append(row(20));
        assertThat(run.metrics(0)).containsExactly(row(10), row(20));
        assertThat(run.metrics(10)).containsExactly(row(20));
        assertThat(Files.readString(run.root().resolve("metrics.jsonl")).lines().findFirst())
                .hasValue("{\"step\":10,\"loss\":0.5,\"loss_q1\":0.1,\"loss_q2\":null,\"loss_q3\":0.3,\"loss_q4\":0.4,"
                        + "\"learning_rate\":2.0E-4,\"gradient_norm\":1.5,\"ema_decay\":0.99,\"images_per_s\":120.0,"
                        + "\"wall_s\":33.0,\"data_wait_s\":0.25,\"validation_loss\":null,\"validation_loss_q1\":null,"
                        + "\"validation_loss_q2\":null,\"validation_loss_q3\":null,\"validation_loss_q4\":null,"
                        + "\"sliced_wasserstein\":null,\"kernel_distance\":null,\"precision\":0.75,\"recall\":null,"
                        + "\"generator_loss\":null,\"discriminator_loss\":null,\"accuracy_real\":null,\"accuracy_made\":null,"
                        + "\"reconstruction\":null,\"kl\":null,\"active_units\":null}");
    }

    @Test
    void metrics_rowOfAnEarlierVersion_nothingMeasured() throws Exception {
        RunFolder run = newRun(1);
        Files.writeString(run.root().resolve("metrics.jsonl"), "{\"step\":20,\"loss\":0.5}\n");
        assertThat(run.metrics(0).get(0).measured()).isEmpty();
        assertThat(run.metrics(0).get(0).measured(Metric.RECALL)).isNaN();
    }

    @Test
    void append_afterTornLine_cutsItOff() throws Exception {
        RunFolder run = newRun(1);
        run.append(row(10));
        Path file = run.root().resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":20,\"lo", StandardOpenOption.APPEND);
        assertThat(run.metrics(0)).containsExactly(row(10));
        run.append(row(20));
        assertThat(run.metrics(0)).containsExactly(row(10), row(20));
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void append_onlyTornLine_startsAnew() throws Exception {
        RunFolder run = newRun(1);
        Files.writeString(run.root().resolve("events.jsonl"), "{\"id\":7");
        assertThat(run.append(NOW, RunEvent.Type.STARTED, 0, Map.of()).id()).isEqualTo(1);
        assertThat(run.events(0)).hasSize(1);
    }

    @Test
    void metrics_brokenLine_namesFileAndLine() throws Exception {
        RunFolder run = newRun(1);
        run.append(row(10));
        Files.writeString(run.root().resolve("metrics.jsonl"), "nonsense\n", StandardOpenOption.APPEND);
        assertThatThrownBy(() -> run.metrics(0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("metrics.jsonl, line 2");
    }

    @Test
    void rewindTo_laterRowsAndSamples_gone() throws Exception {
        RunFolder run = newRun(1);
        for (int step = 10; step <= 50; step += 10) {
            run.append(row(step));
            run.writeSample(step, new byte[] {1});
        }
        Path file = run.root().resolve("metrics.jsonl");
        String untilThirty = String.join("\n", Files.readAllLines(file).subList(0, 3)) + "\n";
        run.rewindTo(30);
        assertThat(file).content().isEqualTo(untilThirty);
        assertThat(run.samples()).containsExactly(10, 20, 30);
        run.append(row(40));
        assertThat(run.metrics(20)).containsExactly(row(30), row(40));
    }

    @Test
    void rewindTo_nothingWritten_nothingHappens() throws Exception {
        RunFolder run = newRun(1);
        run.rewindTo(5);
        assertThat(run.metrics(0)).isEmpty();
        assertThat(run.root().resolve("metrics.jsonl")).doesNotExist();
    }

    @Test
    void events_appended_numberedAndReadBack() throws Exception {
        RunFolder run = newRun(1);
        RunEvent started = run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        RunEvent warned = run.append(
                NOW.plusSeconds(1),
                RunEvent.Type.WARNING,
                0,
                Map.of("message", "sqrt(ᾱ_T) \"is\" 0.0565", "amplitude", 0.0565, "tags", List.of("a", 1, true)));
        assertThat(started.id()).isEqualTo(1);
        assertThat(warned.id()).isEqualTo(2);
        assertThat(run.events(0)).containsExactly(started, warned);
        assertThat(run.events(1)).containsExactly(warned);
        assertThat(warned.details()).containsEntry("amplitude", 0.0565).containsEntry("tags", List.of("a", 1, true));
    }

    @Test
    void append_eventAfterVeryLongLine_nextNumber() throws Exception {
        RunFolder run = newRun(1);
        run.append(NOW, RunEvent.Type.STARTED, 0, Map.of());
        char[] long50k = new char[50_000];
        Arrays.fill(long50k, 'x');
        run.append(NOW, RunEvent.Type.FAILED, 3, Map.of("error", new String(long50k)));
        assertThat(run.append(NOW, RunEvent.Type.RESUMED, 3, Map.of()).id()).isEqualTo(3);
        assertThat(run.events(0)).hasSize(3);
    }

    @Test
    void event_detailNamedLikeAField_refused() throws Exception {
        RunFolder run = newRun(1);
        assertThatThrownBy(() -> run.append(NOW, RunEvent.Type.SAMPLE, 1, Map.of("step", 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'step'");
        assertThat(run.events(0)).isEmpty();
    }

    @Test
    void checkpoints_foldersInAnyOrder_sortedByNumberWithoutUnfinished() throws Exception {
        RunFolder run = newRun(1);
        assertThat(run.newestCheckpoint()).isEmpty();
        for (int step : new int[] {900, 1000, 50}) {
            Files.createDirectories(run.checkpointFolder(step));
        }
        Files.createDirectories(run.checkpointsFolder().resolve(".step-2000"));
        assertThat(run.checkpoints()).containsExactly(50, 900, 1000);
        assertThat(run.newestCheckpoint()).hasValue(1000);
        assertThat(run.root().resolve("checkpoints/step-1000")).isDirectory();
    }

    @Test
    void writeSample_step_underItsName() throws Exception {
        RunFolder run = newRun(1);
        Path file = run.writeSample(1000, new byte[] {4, 2});
        assertThat(file)
                .isEqualTo(run.root().resolve("samples/step-00001000.png"))
                .hasBinaryContent(new byte[] {4, 2});
        run.writeSample(20, new byte[] {1});
        assertThat(run.samples()).containsExactly(20, 1000);
    }

    private RunFolder newRun(int seed) throws IOException {
        return RunFolder.create(temporary, TrainingSpec.defaults(), NOW, new Random(seed));
    }

    private static MetricsRow row(int step) {
        return new MetricsRow(
                step, 0.5, 0.1, Double.NaN, 0.3, 0.4, 2e-4, 1.5, 0.99, 120, 33, 0.25, Map.of(Metric.PRECISION, 0.75));
    }
}
