package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.store.Datasets;
import io.stepwise.diffusion.EmaDecay;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionMetadata;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.PowerAverages;
import io.stepwise.training.kind.WeightInitialization;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.AverageChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Averages that are chosen after the training, in runs that keep what they need. */
@Tag("libtorch")
class PostHocEmaTest {
    private static final int STEPS = 12;

    @TempDir
    private static Path root;

    private static ModelRepository models;
    private static PostHocVersions versions;
    private static RunFolder whole;

    @BeforeAll
    static void trainOnce() throws Exception {
        models = new ModelRepository(root.resolve("models"));
        versions = new PostHocVersions(root.resolve("runs"), datasets(), models);
        whole = train(newRun(Map.of()), () -> false);
    }

    private static Datasets datasets() {
        return new Datasets(root.resolve("datasets"), 0);
    }

    private static RunFolder newRun(Map<String, Object> changes) throws IOException {
        Map<String, Object> all = new HashMap<>(Map.of("post_hoc_ema", true, "steps", STEPS, "checkpoint_every", 1));
        all.putAll(Map.of("learning_rate", .02, "lr_schedule", "constant", "warmup_steps", 0, "publish", "never"));
        all.putAll(changes);
        return TinyRuns.create(root.resolve("runs"), all);
    }

    private static RunFolder train(RunFolder run, BooleanSupplier stop) throws IOException, InterruptedException {
        new TrainingRun(root.resolve("runs"), run, datasets(), models, Retention.ALL, Clock.systemUTC())
                .train(stop)
                .orThrow();
        return run;
    }

    private static Checkpoint checkpoint(RunFolder run, int step) throws IOException {
        return TinyRuns.checkpoints(run).read(step);
    }

    /** The average of the weights after each step, computed from all of them. */
    private static double[] average(RunFolder run, double width) throws IOException {
        EmaDecay decay = EmaDecay.PowerFunction.ofWidth(width);
        double[] average = null;
        for (int step = 1; step <= STEPS; step++) {
            float[] weights = checkpoint(run, step).weights();
            average = average == null ? new double[weights.length] : average;
            for (int i = 0; i < weights.length; i++) {
                average[i] = decay.at(step) * average[i] + (1 - decay.at(step)) * weights[i];
            }
        }
        return Objects.requireNonNull(average);
    }

    private static double distance(float[] one, double[] other) {
        double square = 0;
        for (int i = 0; i < one.length; i++) {
            square += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.sqrt(square);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    @Test
    void train_postHocEma_keepsTheAveragesOfEveryStep() throws Exception {
        RunFolder run = whole;
        PowerAverages powers = Objects.requireNonNull(checkpoint(run, STEPS).powers());
        assertThat(powers.since()).isZero();
        for (int i = 0; i < PowerAverages.WIDTHS.size(); i++) {
            double[] expected = average(run, PowerAverages.WIDTHS.get(i));
            assertThat(distance(powers.averages().get(i), expected)).isLessThan(1e-5);
        }
    }

    @Test
    void train_stoppedAndResumed_keepsTheSameBits() throws Exception {
        int[] asked = {0};
        RunFolder broken = train(newRun(Map.of()), () -> ++asked[0] == 5);
        train(broken, () -> false);
        List<float[]> expected =
                Objects.requireNonNull(checkpoint(whole, STEPS).powers()).averages();
        List<float[]> actual =
                Objects.requireNonNull(checkpoint(broken, STEPS).powers()).averages();
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i)).isEqualTo(expected.get(i));
        }
        for (int step = 1; step <= STEPS; step++) {
            String file = "averages/step-" + step + "-1.safetensors";
            assertThat(broken.root().resolve(file))
                    .hasSameBinaryContentAs(whole.root().resolve(file));
        }
    }

    @Test
    void publish_anyWidth_isTheAverageThatTrainingWouldHaveKept() throws Exception {
        RunFolder run = whole;
        for (double width : new double[] {.05, .07, .15}) {
            ModelVersion made = versions.publish("chosen", new AverageChoice(run.id(), width, null, false), null)
                    .version();
            double[] expected = average(run, width);
            float[] weights = made.pipeline().weights();
            double moved = distance(checkpoint(run, STEPS).weights(), expected);
            assertThat(distance(weights, expected)).as("width %s", width).isLessThan(.1 * moved);
            VersionMetadata metadata = made.manifest().metadata();
            assertThat(metadata.run()).isEqualTo(run.id());
            assertThat(metadata.step()).isEqualTo(STEPS);
            assertThat(metadata.labels()).hasSize(TinyRuns.labels());
            assertThat(metadata.attributes()).containsEntry("ema", Double.toString(width));
            assertThat(metadata.metrics().get("ema_error")).isBetween(0.0, .2);
        }
        assertThat(models.versions("chosen")).hasSize(3);
    }

    @Test
    void publish_earlierStep_usesTheSnapshotsUpToIt() throws Exception {
        RunFolder run = whole;
        float[] weights = versions.publish("earlier", new AverageChoice(run.id(), .05, 7, false), null)
                .version()
                .pipeline()
                .weights();
        PowerAverages then = Objects.requireNonNull(checkpoint(run, 7).powers());
        assertThat(distance(weights, doubles(then.averages().get(0)))).isLessThan(.03);
        assertThat(distance(weights, doubles(then.averages().get(1)))).isGreaterThan(.1);
        assertThatThrownBy(() -> versions.publish("earlier", new AverageChoice(run.id(), .05, 99, false), null))
                .hasMessageStartingWith("step is 99, must be one of the steps that have snapshots, [1, 2, 3,");
    }

    @Test
    void publish_withoutALength_hasTheWeightsOfTheCheckpoint() throws Exception {
        ModelVersion version = versions.publish("checkpoint", new AverageChoice(whole.id(), null, 12, true), null)
                .version();

        Checkpoint then = checkpoint(whole, 12);
        assertThat(version.pipeline().weights()).isEqualTo(then.average());
        VersionMetadata metadata = version.manifest().metadata();
        assertThat(metadata.step()).isEqualTo(12);
        assertThat(metadata.run()).isEqualTo(whole.id());
        assertThat(metadata.metrics()).containsEntry("loss", then.position().loss());
        assertThat(version.isCandidate()).isTrue();
        assertThat(versions.publish("checkpoint", new AverageChoice(whole.id(), null, null, false), null)
                        .version()
                        .isCandidate())
                .isFalse();
        assertThatThrownBy(() -> versions.publish("none", new AverageChoice(whole.id(), null, 99, false), null))
                .hasMessageContaining("step is 99, must be one of the steps that have checkpoints on the disk, [");
        assertThatThrownBy(() -> versions.publish(
                        "none", new AverageChoice(newRun(Map.of()).id(), null, null, false), null))
                .hasMessageContaining("must be a run that has made a checkpoint");
    }

    @Test
    void publish_repeatedRequest_makesOneVersion() throws Exception {
        RunFolder run = train(newRun(Map.of("steps", 2)), () -> false);
        ModelIntake.Request request = () -> new IdempotencyRecord("key", "content");
        AverageChoice choice = new AverageChoice(run.id(), .08, null, false);
        assertThat(versions.publish("once", choice, request).isReplay()).isFalse();
        assertThat(versions.publish("once", choice, request).isReplay()).isTrue();
        assertThat(models.versions("once")).hasSize(1);
    }

    @Test
    void publish_whatCannotBeMade_isRefusedNamingIt() throws Exception {
        RunFolder few = train(newRun(Map.of("steps", 2)), () -> false);
        assertThatThrownBy(() -> versions.publish("none", new AverageChoice(few.id(), .02, null, false), null))
                .hasMessageStartingWith("ema is 0.02, must be nearer to 0.05 … 0.1")
                .hasMessageContaining("from the 2 snapshots is 35 % off");
        RunFolder none = train(newRun(Map.of("steps", 2, "post_hoc_ema", false)), () -> false);
        assertThatThrownBy(() -> versions.publish("none", new AverageChoice(none.id(), .05, null, false), null))
                .hasMessageContaining("must be a run that keeps averages: one with \"post_hoc_ema\": true");
        assertThatThrownBy(() -> versions.publish("none", new AverageChoice("nobody", .05, null, false), null))
                .hasMessage("from_run is \"nobody\", must be the id of a run that is there");
        assertThat(root.resolve("models/none")).doesNotExist();
    }

    /** The version that the run itself publishes must not be taken for one that was chosen afterwards. */
    @Test
    void train_afterAChosenVersionOfTheSameStep_publishesItsOwn() throws Exception {
        RunFolder run = newRun(Map.of("steps", 4, "publish", "every_checkpoint", "checkpoint_every", 2));
        int[] asked = {0};
        train(run, () -> ++asked[0] == 2);
        models.delete("tiny", 1, 0);
        versions.publish("tiny", new AverageChoice(run.id(), .05, 2, false), null);
        Files.delete(run.root().resolve("events.jsonl"));
        train(run, () -> false);
        List<Boolean> afterwards = new ArrayList<>();
        for (ModelVersion version : models.versions("tiny")) {
            afterwards.add(version.manifest().metadata().attributes().containsKey("ema"));
        }
        assertThat(afterwards).containsExactly(true, false, false);
    }

    @Test
    void train_fromACheckpointWithoutAverages_beginsThemThere() throws Exception {
        RunFolder before = train(newRun(Map.of("steps", 3, "post_hoc_ema", false)), () -> false);
        assertThat(checkpoint(before, 3).powers()).isNull();
        RunFolder after = train(newRun(Map.of("resume_from", before.id())), () -> false);
        PowerAverages powers = Objects.requireNonNull(checkpoint(after, 4).powers());
        assertThat(powers.since()).isEqualTo(3);
        assertThat(powers.averages().get(0)).isEqualTo(checkpoint(after, 4).weights());
    }

    /** The average of a short run with the defaults is nearer to what was learned than to the random start. */
    @Test
    void train_shortRunWithDefaults_averagesWhatItHasLearned() throws Exception {
        for (int steps : new int[] {5, 50}) {
            RunFolder run =
                    train(newRun(Map.of("steps", steps, "post_hoc_ema", false, "checkpoint_every", 0)), () -> false);
            Checkpoint end = checkpoint(run, steps);
            float[] start = WeightInitialization.of(
                    TinyRuns.checkpoints(run).parameters(), run.spec().seed());
            double[] average = doubles(end.average());
            assertThat(distance(end.weights(), average)).isLessThan(.8 * distance(start, average));
        }
    }

    @Test
    void train_constantDecayInAShortRun_warns() throws Exception {
        RunFolder run = train(
                newRun(Map.of("steps", 5, "ema_decay", .9999, "ema_warmup", false, "publish", "end")), () -> false);
        assertThat(run.events(0))
                .filteredOn(
                        event -> String.valueOf(event.details().get("message")).startsWith("the averaged weights lag"))
                .extracting(event -> event.step())
                .containsExactly(0, 5);
        float[] start = WeightInitialization.of(
                TinyRuns.checkpoints(run).parameters(), run.spec().seed());
        assertThat(distance(checkpoint(run, 5).average(), doubles(start))).isCloseTo(0, within(.01));
    }
}
