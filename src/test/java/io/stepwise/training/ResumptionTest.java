package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.repository.files.FolderLock;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run finds when it is started again, one thing at a time; the kills themselves are {@link CrashCampaignTest}'s. */
@Tag("libtorch")
class ResumptionTest {
    @TempDir
    private Path runs;

    @TempDir
    private Path models;

    @Test
    void train_newestCheckpointDamaged_goesOnFromTheOneBeforeAndWarns() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of("publish", "never"));
        train(run, TinyRuns.stopAt(10));
        byte[] expected = Files.readAllBytes(run.checkpointFolder(10).resolve("ema.safetensors"));
        Files.write(run.checkpointFolder(10).resolve("ema.safetensors"), new byte[100]);

        assertThat(train(run, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);
        RunEvent warning = events(run, RunEvent.Type.WARNING).get(0);
        assertThat(warning.step()).isEqualTo(10);
        assertThat(warning.details().get("message").toString())
                .contains("step-10 is damaged: ema.safetensors has 100 bytes")
                .endsWith("going on from step 5");
        assertThat(events(run, RunEvent.Type.RESUMED))
                .extracting(RunEvent::step)
                .containsExactly(5);
        assertThat(run.checkpointFolder(10).resolve("ema.safetensors")).hasBinaryContent(expected);
        assertThat(run.checkpointsFolder().toFile().list()).noneMatch(name -> name.startsWith("."));
    }

    @Test
    void train_allCheckpointsDamaged_failsAndDoesNotBeginAnew() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of("publish", "never"));
        train(run, TinyRuns.stopAt(10));
        for (int step : run.checkpoints()) {
            Files.delete(run.checkpointFolder(step).resolve("state.json"));
        }
        TrainingOutcome outcome = train(run, () -> false);
        assertThat(outcome.kind()).isEqualTo(TrainingOutcome.Kind.FAILED);
        assertThat(outcome.failure()).isInstanceOf(DamagedCheckpointException.class);
        assertThat(outcome.message()).contains("step-10 is damaged: state.json is missing");
        assertThat(events(run, RunEvent.Type.FAILED).get(0).details()).containsEntry("reason", "failed");
        assertThat(train(run, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FAILED);
        assertThat(run.checkpoints()).containsExactly(5, 10);
    }

    @Test
    void train_alreadyTrained_isBusyAndTouchesNothing() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of());
        try (FolderLock other = FolderLock.acquire(run.root())) {
            TrainingOutcome outcome = train(run, () -> false);
            assertThat(outcome.kind()).isEqualTo(TrainingOutcome.Kind.BUSY);
            assertThat(outcome.message()).contains(run.id());
        }
        assertThat(run.events(0)).isEmpty();
    }

    @Test
    void train_finishedRun_publishesNothingTwice() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of("publish", "end"));
        train(run, () -> false);
        assertThat(train(run, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);
        assertThat(events(run, RunEvent.Type.PUBLISHED)).hasSize(1);
        assertThat(versions()).hasSize(1);
        assertThat(run.metrics(0)).hasSize(1);
    }

    /** What would replace a version that makes larger images says so in its event, before, and in its version. */
    @Test
    void train_versionThatIsWorseThanTheServedOne_saysSoBeforeItIsPublished() throws Exception {
        Path golden = Path.of(System.getProperty("golden.dir"));
        RunFolder run = TinyRuns.create(runs, Map.of("publish", "end", "publish_as", "candidate"));
        ModelRepository repository = new ModelRepository(models);
        String model = run.spec().model();
        int served = repository.importFolder(golden.resolve("unet-tiny"), model).number();
        train(run, () -> false);

        ModelVersion made = repository.version(model, 2);
        assertThat(made.isCandidate()).isTrue();
        assertThat(repository.served(model).number()).isEqualTo(served);
        String worse = made.manifest().metadata().attributes().get(VersionMetadata.WORSE);
        assertThat(worse).isEqualTo("its images have 8x8 pixels, those of version 1 16x16");
        List<RunEvent> all = run.events(0);
        RunEvent warning = events(run, RunEvent.Type.WARNING).stream()
                .filter(event -> String.valueOf(event.details().get("message")).contains(worse))
                .findFirst()
                .orElseThrow();
        assertThat(all.indexOf(warning))
                .isLessThan(all.indexOf(events(run, RunEvent.Type.PUBLISHED).get(0)));
    }

    @Test
    void train_killedBetweenVersionAndEvent_notesTheVersionThatIsThere() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of());
        train(run, TinyRuns.stopAt(10));
        forget(run, line -> line.contains("published") && line.contains("\"step\":10"));
        train(run, TinyRuns.stopAt(1));
        assertThat(events(run, RunEvent.Type.PUBLISHED))
                .extracting(event -> event.details().get("version"))
                .containsExactly(1, 2);
        assertThat(versions()).hasSize(2);
    }

    @Test
    void train_killedBetweenCheckpointAndVersion_makesUpForBoth() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of());
        train(run, TinyRuns.stopAt(10));
        forget(run, line -> line.contains("\"step\":10"));
        new ModelRepository(models).update("tiny", settings -> settings.withServedVersion(1));
        new ModelRepository(models).delete("tiny", 2);
        train(run, TinyRuns.stopAt(1));
        assertThat(events(run, RunEvent.Type.CHECKPOINT))
                .extracting(RunEvent::step)
                .containsExactly(5, 10, 11);
        assertThat(events(run, RunEvent.Type.PUBLISHED))
                .extracting(event -> event.details().get("version"))
                .containsExactly(1, 3);
        assertThat(versions().get(1).manifest().metadata().metrics())
                .as("no row was written yet")
                .isEmpty();
    }

    @Test
    void train_stoppedBetweenCheckpoints_publishesOnlyWhatIsDue() throws Exception {
        RunFolder run = TinyRuns.create(runs, Map.of());
        train(run, TinyRuns.stopAt(7));
        train(run, TinyRuns.stopAt(2));
        assertThat(run.checkpoints()).containsExactly(5, 7, 9);
        assertThat(events(run, RunEvent.Type.PUBLISHED))
                .extracting(RunEvent::step)
                .containsExactly(5);
    }

    @Test
    void train_publicationOfTheBest_isJudgedOnceAndItsCheckpointStays() throws Exception {
        RunFolder run =
                TinyRuns.create(runs, Map.of("publish", "best", "steps", 20, "learning_rate", .9, "warmup_steps", 0));
        train(run, new Retention(1, 1), TinyRuns.stopAt(10));
        int judged = events(run, RunEvent.Type.CHECKPOINT).size();
        train(run, new Retention(1, 1), () -> false);

        List<RunEvent> checkpoints = events(run, RunEvent.Type.CHECKPOINT);
        assertThat(judged).isEqualTo(2);
        assertThat(checkpoints).extracting(RunEvent::step).containsExactly(5, 10, 15, 20);
        double least = Double.POSITIVE_INFINITY;
        int best = 0;
        for (RunEvent checkpoint : checkpoints) {
            double quality = ((Number) checkpoint.details().get("sliced_wasserstein")).doubleValue();
            if (quality < least) {
                least = quality;
                best = checkpoint.step();
            }
        }
        RunEvent last = events(run, RunEvent.Type.PUBLISHED)
                .get(events(run, RunEvent.Type.PUBLISHED).size() - 1);
        assertThat(last.step()).isEqualTo(best);
        assertThat(last.details()).containsEntry("sliced_wasserstein", least);
        assertThat(run.checkpoints()).contains(best, 20).hasSizeLessThanOrEqualTo(2);
        assertThat(versions()).hasSize(1);
        assertThat(versions().get(0).manifest().metadata().step()).isEqualTo(best);
    }

    private TrainingOutcome train(RunFolder run, BooleanSupplier stop) throws InterruptedException {
        return train(run, Retention.ALL, stop);
    }

    private TrainingOutcome train(RunFolder run, Retention retention, BooleanSupplier stop)
            throws InterruptedException {
        return TinyRuns.train(runs, run, models, retention, stop);
    }

    private static void forget(RunFolder run, Predicate<String> line) throws IOException {
        Path events = run.root().resolve("events.jsonl");
        Files.write(
                events,
                Files.readAllLines(events).stream().filter(line.negate()).toList());
    }

    private static List<RunEvent> events(RunFolder run, RunEvent.Type type) throws IOException {
        return run.events(0).stream().filter(event -> event.type() == type).toList();
    }

    private List<ModelVersion> versions() throws IOException {
        return new ModelRepository(models).versions("tiny");
    }
}
