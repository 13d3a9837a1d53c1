package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.store.Datasets;
import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.Checkpoints;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.checkpoint.TrainingPosition;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.MoreSteps;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs of a network of a few thousand weights on small faces. */
@Tag("libtorch")
class TrainingRunTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:33:01Z");

    /** With what could make steps differ: dropout, mirroring, several batches per step, attention. */
    private static final Map<String, Object> SPEC = Map.ofEntries(
            Map.entry("image_size", 16),
            Map.entry("batch_size", 3),
            Map.entry("gradient_accumulation", 2),
            Map.entry("steps", 6),
            Map.entry("warmup_steps", 2),
            Map.entry("learning_rate", .001),
            Map.entry("seed", 5),
            Map.entry("sample_every", 0),
            Map.entry("checkpoint_every", 0),
            Map.entry("precision", "f32"),
            Map.entry(
                    "unet",
                    Map.of(
                            "block_out_channels",
                            List.of(8, 16),
                            "layers_per_block",
                            1,
                            "down_block_types",
                            List.of("DownBlock2D", "AttnDownBlock2D"),
                            "up_block_types",
                            List.of("AttnUpBlock2D", "UpBlock2D"),
                            "attention_head_dim",
                            8,
                            "norm_num_groups",
                            4,
                            "dropout",
                            .1)));

    @TempDir
    private Path runs;

    @TempDir
    private Path models;

    @Test
    void train_stoppedAndResumed_endsWithTheSameBitsAsNeverStopped() throws Exception {
        RunFolder whole = newRun(Map.of());
        RunFolder broken = newRun(Map.of());
        assertThat(train(whole, () -> false)).isEqualTo(6);

        int[] asked = new int[1];
        assertThat(train(broken, () -> ++asked[0] == 2)).isEqualTo(2);
        assertThat(broken.checkpoints()).containsExactly(2);
        assertThat(train(broken, () -> false)).isEqualTo(6);

        assertSameBits(checkpoint(broken, 6), checkpoint(whole, 6));
        assertThat(broken.metrics(0)).extracting(MetricsRow::step).containsExactly(6);
        assertThat(broken.metrics(0).get(0).loss())
                .isEqualTo(whole.metrics(0).get(0).loss());
        assertThat(broken.metrics(0).get(0).lossQ1())
                .isEqualTo(whole.metrics(0).get(0).lossQ1());
        assertThat(types(broken))
                .containsExactly(
                        RunEvent.Type.STARTED,
                        RunEvent.Type.CHECKPOINT,
                        RunEvent.Type.PAUSED,
                        RunEvent.Type.RESUMED,
                        RunEvent.Type.CHECKPOINT,
                        RunEvent.Type.FINISHED);
    }

    @Test
    void train_fromAnotherRunsCheckpoint_goesOnFromThere() throws Exception {
        RunFolder first = newRun(Map.of("checkpoint_every", 4));
        train(first, () -> false);
        assertThat(first.checkpoints()).containsExactly(4, 6);

        RunFolder second = newRun(Map.of("resume_from", first.id() + "/step-4"));
        assertThat(train(second, () -> false)).isEqualTo(6);
        assertSameBits(checkpoint(second, 6), checkpoint(first, 6));
    }

    @Test
    void train_moreStepsAfterTheEnd_endsWithTheSameBitsAsThatManyFromTheBeginning() throws Exception {
        RunFolder whole = newRun(Map.of("lr_schedule", "constant"));
        RunFolder extended = newRun(Map.of("lr_schedule", "constant", "steps", 3));
        assertThat(train(whole, () -> false)).isEqualTo(6);
        assertThat(train(extended, () -> false)).isEqualTo(3);

        assertThat(MoreSteps.set(extended, 6)).isEmpty();
        assertThat(train(extended, () -> false)).isEqualTo(6);
        assertSameBits(checkpoint(extended, 6), checkpoint(whole, 6));
        assertThatThrownBy(() -> MoreSteps.set(extended, 6))
                .hasMessage("steps is 6, must be more than 6, the steps done");
        assertThat(extended.spec().steps()).isEqualTo(6);
    }

    @Test
    void train_moreStepsOfACosine_tellsTheLearningRate() throws Exception {
        RunFolder run = newRun(Map.of("steps", 3));
        train(run, () -> false);
        assertThat(MoreSteps.set(run, 6))
                .hasValue(
                        "the learning rate follows a cosine over 6 steps from now on: 0.000854 at step 4, 0.00100 before");
    }

    @Test
    void train_anotherSeed_givesOtherWeights() throws Exception {
        RunFolder one = newRun(Map.of("steps", 1, "warmup_steps", 0));
        RunFolder other = newRun(Map.of("steps", 1, "warmup_steps", 0, "seed", 6));
        train(one, () -> false);
        train(other, () -> false);
        assertThat(Arrays.equals(
                        checkpoint(one, 1).weights(), checkpoint(other, 1).weights()))
                .isFalse();
    }

    @Test
    void train_sampleEvery_writesGridsAndMetrics() throws Exception {
        RunFolder run = newRun(Map.of("steps", 2, "sample_every", 1));
        train(run, () -> false);

        assertThat(run.samples()).containsExactly(1, 2);
        Pixels grid = ImageReading.read(Files.readAllBytes(run.sampleFile(2)), 1 << 20);
        assertThat(grid.width()).isGreaterThan(8 * 18 + 20); // captions and labels beside the rows
        assertThat(grid.height()).isEqualTo(5 * 18 + 2); // four rows averaged, one raw; too many labels to stand above
        MetricsRow last = run.metrics(0).get(0);
        assertThat(last.step()).isEqualTo(2);
        assertThat(last.loss()).isBetween(.5, 2.0);
        assertThat(last.gradientNorm()).isPositive();
        assertThat(types(run)).contains(RunEvent.Type.SAMPLE, RunEvent.Type.FINISHED);
    }

    @Test
    void train_scheduleThatLeavesSignal_warnsAndGoesOn() throws Exception {
        RunFolder run =
                newRun(Map.of("steps", 1, "warmup_steps", 0, "schedule", Map.of("type", "cosine", "max_beta", .02)));
        train(run, () -> false);
        RunEvent warning = run.events(0).stream()
                .filter(event -> event.type() == RunEvent.Type.WARNING)
                .findFirst()
                .orElseThrow();
        assertThat(String.valueOf(warning.details().get("message"))).contains("0.0565", "tint");
        assertThat(types(run)).endsWith(RunEvent.Type.FINISHED);
    }

    @Test
    void train_weightsThatAreNoNumbers_skipsUpdatesAndGivesUp() throws Exception {
        RunFolder run = newRun(Map.of("steps", 1000, "batch_size", 1, "gradient_accumulation", 1));
        Checkpoint start = plan(run).start();
        float[] poisoned = start.weights().clone();
        poisoned[0] = Float.NaN;
        checkpoints(run).write(new Checkpoint(at(1), poisoned, start.average(), start.optimizer()));

        assertThatThrownBy(() -> train(run, () -> false))
                .isInstanceOf(DivergedException.class)
                .hasMessageContaining("101 steps up to step 102");
        assertThat(types(run))
                .containsExactly(
                        RunEvent.Type.RESUMED, RunEvent.Type.CHECKPOINT, RunEvent.Type.WARNING, RunEvent.Type.FAILED);
    }

    private RunFolder newRun(Map<String, Object> changes) throws IOException {
        Map<String, Object> keys = new HashMap<>(SPEC);
        keys.put("publish", "never");
        keys.putAll(changes);
        return RunFolder.create(runs, TrainingSpecJson.with(TrainingSpec.defaults(), keys), NOW, new Random());
    }

    private int train(RunFolder run, BooleanSupplier stop) throws IOException, InterruptedException {
        return new TrainingRun(runs, run, datasets(), new ModelRepository(models), Retention.DEFAULT, () -> NOW)
                .train(stop)
                .orThrow();
    }

    private Datasets datasets() {
        return new Datasets(runs.resolve("datasets"), 1 << 20);
    }

    private TrainingPlan plan(RunFolder run) throws IOException {
        try (ImageDataset faces = datasets().open(new DatasetSpec(DatasetSpec.FACES, 16, 16, 3))) {
            return TrainingPlan.of(run.spec(), faces);
        }
    }

    private Checkpoints checkpoints(RunFolder run) throws IOException {
        return new Checkpoints(run, plan(run).design().parameters());
    }

    private static TrainingPosition at(int step) {
        return new TrainingPosition(step, 0, 0, Double.NaN, LossSums.NONE, ObjectiveState.NONE);
    }

    private Checkpoint checkpoint(RunFolder run, int step) throws IOException {
        return Checkpoint.read(run.checkpointFolder(step), plan(run).design().parameters());
    }

    private static List<RunEvent.Type> types(RunFolder run) throws IOException {
        return run.events(0).stream().map(RunEvent::type).toList();
    }

    private static void assertSameBits(Checkpoint actual, Checkpoint expected) {
        assertThat(actual.weights()).isEqualTo(expected.weights());
        assertThat(actual.average()).isEqualTo(expected.average());
        assertThat(actual.optimizer().firstMoment())
                .isEqualTo(expected.optimizer().firstMoment());
        assertThat(actual.optimizer().secondMoment())
                .isEqualTo(expected.optimizer().secondMoment());
        assertThat(actual.optimizer().updates()).isEqualTo(expected.optimizer().updates());
    }
}
