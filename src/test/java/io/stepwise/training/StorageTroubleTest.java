package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.stepwise.data.store.Datasets;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk fills up, becomes read-only or goes away under a run: it stops and says so, leaves nothing half done, and once
 * the disk is put right it ends with the bits of a run that had no trouble.
 */
@Tag("libtorch")
class StorageTroubleTest {
    @TempDir
    private Path temporary;

    private static float[] untroubled;
    private static MetricsRow untroubledRow;

    private Path runs;
    private Path models;
    private int created;

    @BeforeAll
    static void trainUntroubled(@TempDir Path folder) throws Exception {
        RunFolder run = TinyRuns.create(folder, Map.of("publish", "never"));
        train(run, folder, folder, () -> false);
        untroubled = TinyRuns.checkpoints(run).read(20).average();
        untroubledRow = run.metrics(0).get(0);
    }

    @BeforeEach
    void folders() throws IOException {
        runs = Files.createDirectory(temporary.resolve("runs"));
        models = temporary.resolve("models");
    }

    @Test
    void train_runsFolderGoesAway_stopsAndGoesOnOnceItIsBack() throws Exception {
        RunFolder run = newRun();
        Path away = temporary.resolve("away");
        TrainingOutcome outcome = train(run, atStep(7, () -> Files.move(run.root(), away)));

        assertTrouble(outcome, run.root().toString(), "is not there, or not any more");
        assertThat(outcome.failure().getSuppressed())
                .as("the event that could not be written")
                .hasSize(1);
        assertThat(run.root()).as("is not made anew").doesNotExist();
        Files.move(away, run.root());
        assertThat(run.checkpoints()).containsExactly(5);
        assertGoesOn(run);
    }

    @Test
    void train_modelsFolderGoesAway_stopsAndMakesUpForThePublication() throws Exception {
        RunFolder run = newRun();
        Path away = temporary.resolve("away");
        TrainingOutcome outcome = train(run, atStep(7, () -> Files.move(models, away)));

        assertTrouble(outcome, models.toString(), "is not there, or not any more");
        assertThat(outcome.step()).isEqualTo(10);
        assertThat(models).as("is not made anew").doesNotExist();
        assertThat(last(run).type()).isEqualTo(RunEvent.Type.BLOCKED);
        assertThat(last(run).details())
                .containsEntry("reason", "storage_trouble")
                .containsEntry("message", outcome.message());
        assertTrouble(train(run, () -> false), models.toString(), "is not there, or not any more");
        assertThat(models).as("is not made anew").doesNotExist();
        Files.move(away, models);
        assertThat(versions(run)).containsExactly(5L);
        assertGoesOn(run);
    }

    @Test
    void train_diskFullAtARowOfMetrics_stops() throws Exception {
        RunFolder run = newRun();
        Path metrics = run.root().resolve("metrics.jsonl");
        TrainingOutcome outcome = train(run, atStep(17, () -> Files.createSymbolicLink(metrics, Path.of("/dev/full"))));

        assertTrouble(outcome, metrics.toString(), "No space left on device");
        assertThat(run.checkpoints()).containsExactly(5, 10, 15);
        Files.delete(metrics);
        assertGoesOn(run);
    }

    @Test
    void train_dataSetsFolderMissing_isTroubleAndNotTheSpecificationsFault() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of("dataset", "birds"));
        assertTrouble(
                new TrainingRun(
                                runs,
                                run,
                                new Datasets(temporary.resolve("datasets"), 0),
                                new ModelRepository(models),
                                Retention.ALL,
                                Clock.systemUTC())
                        .train(() -> false),
                "datasets",
                "is not there");
        assertThat(train(run, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.INVALID_SPECIFICATION);
    }

    /** By processes of their own; those that need a file system of their own only where the machine lets us mount one. */
    @TestFactory
    Stream<DynamicTest> train_inAnotherProcess_stopsAndGoesOn() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(dynamicTest("files may not grow", this::limitedFileSize));
        if (run(List.of("unshare", "-rm", "mount", "-t", "tmpfs", "none", temporary.toString())) == 0) {
            tests.add(dynamicTest("disk full", this::diskFull));
            tests.add(dynamicTest("volume becomes read-only", this::readOnly));
        }
        return tests.stream();
    }

    private void limitedFileSize() throws Exception {
        RunFolder run = newRun();
        int[] done = new int[1];
        train(run, () -> ++done[0] == 7);
        int limitKib = 16; // less than a file of tensors
        List<String> command = List.of("bash", "-c", "ulimit -f " + limitKib + "; exec \"$@\"", "bash");
        try (TrainingProcess process = TrainingProcess.start(join(command, child(runs, run)))) {
            process.await();
            assertThat(process.outcome())
                    .as(process.output())
                    .startsWith("STORAGE_TROUBLE")
                    .contains("step-10: File too large");
        }
        assertGoesOn(run);
    }

    /** Every checkpoint is kept, until there is no room for another. */
    private void diskFull() throws Exception {
        RunFolder run = newRun();
        inOwnFileSystem(run, run.root(), "size=500k", "\"$@\"", "No space left on device");
        assertThat(run.checkpoints()).isNotEmpty();
        assertGoesOn(run);
    }

    private void readOnly() throws Exception {
        RunFolder run = newRun();
        Files.createDirectory(run.checkpointsFolder());
        String script =
                """
                "$@" &
                until [ -d "$folder/step-5" ]; do sleep .01; done
                until mount -o remount,ro "$folder" 2> /dev/null; do sleep .002; done
                wait
                """;
        inOwnFileSystem(run, run.checkpointsFolder(), "size=9m", script, "Read-only file system");
        assertThat(run.checkpoints()).startsWith(5);
        assertThat(last(run).type()).isEqualTo(RunEvent.Type.BLOCKED);
        TinyRuns.checkpoints(run).sweep(); // what it could not delete itself
        assertGoesOn(run);
    }

    /**
     * Trains with a file system of its own on {@code folder}, which only the child sees, and copies what is in it then.
     *
     * @param options of the mount
     * @param script runs the child, {@code "$@"}
     */
    private void inOwnFileSystem(RunFolder run, Path folder, String options, String script, String reason)
            throws Exception {
        Path kept = Files.createDirectory(temporary.resolve("kept-" + run.id()));
        String whole =
                """
                cp -a "$folder" "$kept/before"
                mount -t tmpfs -o "$options" none "$folder" && cp -a "$kept/before/." "$folder" || exit 9
                %s
                cp -a "$folder" "$kept/after" && umount "$folder" && cp -a "$kept/after/." "$folder"
                """
                        .formatted(script);
        List<String> command = List.of(
                "env",
                "folder=" + folder,
                "kept=" + kept,
                "options=" + options,
                "unshare",
                "-rm",
                "bash",
                "-c",
                whole,
                "bash");
        try (TrainingProcess process = TrainingProcess.start(join(command, child(runs, run)))) {
            process.await();
            assertThat(process.outcome())
                    .as(process.output())
                    .startsWith("STORAGE_TROUBLE")
                    .contains(reason);
        }
    }

    private RunFolder newRun() throws IOException {
        return TinyRuns.create(runs, Map.of("model", "tiny-" + created++));
    }

    private List<String> child(Path folder, RunFolder run) {
        return TrainingProcess.command(folder, run.id(), models, Retention.ALL);
    }

    private static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    private static int run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Something done to the files. */
    private interface Blow {
        void strike() throws IOException;
    }

    /** Strikes after {@code step} optimizer steps of this process. */
    private static BooleanSupplier atStep(int step, Blow blow) {
        int[] done = new int[1];
        return () -> {
            if (++done[0] == step) {
                try {
                    blow.strike();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
            return false;
        };
    }

    private TrainingOutcome train(RunFolder run, BooleanSupplier stop) throws InterruptedException {
        return train(run, runs, models, stop);
    }

    private static TrainingOutcome train(RunFolder run, Path runs, Path models, BooleanSupplier stop)
            throws InterruptedException {
        return TinyRuns.train(runs, run, models, Retention.ALL, stop);
    }

    /** As the untroubled run's, but for the times. */
    private static MetricsRow untroubledRow(MetricsRow times) {
        MetricsRow row = untroubledRow;
        return new MetricsRow(
                row.step(),
                row.loss(),
                row.lossQ1(),
                row.lossQ2(),
                row.lossQ3(),
                row.lossQ4(),
                row.learningRate(),
                row.gradientNorm(),
                row.emaDecay(),
                times.imagesPerSecond(),
                times.wallSeconds(),
                times.dataWaitSeconds(),
                row.measured());
    }

    private static void assertTrouble(TrainingOutcome outcome, String path, String reason) {
        assertThat(outcome.kind()).as(outcome.message()).isEqualTo(TrainingOutcome.Kind.STORAGE_TROUBLE);
        assertThat(outcome.failure()).isInstanceOf(StorageException.class).hasCauseInstanceOf(IOException.class);
        assertThat(outcome.message()).contains(path).contains(reason);
    }

    /** All checkpoints are whole, nothing half written is left, and the rest of the training gives what it should. */
    private void assertGoesOn(RunFolder run) throws Exception {
        Checkpoints checkpoints = TinyRuns.checkpoints(run);
        for (int step : run.checkpoints()) {
            assertThat(checkpoints.read(step).step()).isEqualTo(step);
        }
        assertThat(run.checkpointsFolder().toFile().list()).noneMatch(name -> name.startsWith("."));
        assertThat(train(run, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);

        assertThat(checkpoints.read(20).average()).isEqualTo(untroubled);
        assertThat(run.metrics(0)).containsExactly(untroubledRow(run.metrics(0).get(0)));
        assertThat(versions(run)).containsExactly(5L, 10L, 15L, 20L);
    }

    private List<Long> versions(RunFolder run) throws IOException {
        List<Long> steps = new ArrayList<>();
        for (ModelVersion version :
                new ModelRepository(models).versions(run.spec().model())) {
            assertThat(version.manifest().metadata().run()).isEqualTo(run.id());
            steps.add(version.manifest().metadata().step());
        }
        return steps;
    }

    private static RunEvent last(RunFolder run) throws IOException {
        List<RunEvent> events = run.events(0);
        return events.get(events.size() - 1);
    }
}
