package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.DatasetSpec;
import io.stepwise.data.ImageBatch;
import io.stepwise.data.ImageDataset;
import io.stepwise.data.LabelledImage;
import io.stepwise.data.store.Datasets;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.LossNetwork;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.kind.DiffusionDesign;
import io.stepwise.training.kind.HeldOutLoss;
import io.stepwise.training.kind.NoisedBatches;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.run.MetricsRow;
import io.stepwise.training.run.RunEvent;
import io.stepwise.training.run.RunFolder;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What runs measure on the way, and what follows from it. */
@Tag("libtorch")
class MeasuringTest {
    private static final Map<String, Object> PLAIN = Map.of("unet", TinyRuns.UNET_WITHOUT_DROPOUT, "validation", true);

    @TempDir
    private Path runs;

    @TempDir
    private Path models;

    /** The program that is differentiated in training gives the same numbers. */
    @ParameterizedTest
    @EnumSource(value = Loss.class)
    void lossNetwork_sameWeights_lossesOfTraining(Loss loss) {
        Map<String, Object> fields = new HashMap<>(PLAIN);
        if (loss == Loss.CONSISTENCY) {
            fields.putAll(Map.of("prediction", "v_prediction", "consistency", Map.of()));
        }
        TrainingSpec spec = TinyRuns.spec(fields);
        try (ImageDataset faces = open(spec);
                NDManager manager = NDManager.newBaseManager()) {
            TrainingPlan plan = TrainingPlan.of(spec, faces);
            float[] weights = plan.start().weights();
            TrainingBatch batch = batches(spec, plan).of(batch(faces), 3, 1);
            try (TrainingNetwork training = new TrainingNetwork(
                            manager, design(plan).net(), weights, design(plan).precision(), loss);
                    LossNetwork network = new LossNetwork(
                            manager,
                            design(plan).net(),
                            FlatWeights.of(manager, design(plan).net().parameters(), weights),
                            loss)) {
                assertThat(network.losses(batch)).containsExactly(training.accumulateGradients(batch), within(1e-4f));
            }
        }
    }

    /** With weights that hardly move, the loss on held-out images is about that of training, whatever is learned. */
    @ParameterizedTest
    @CsvSource({
        "prediction, v_prediction",
        "prediction, edm",
        "variance, learned_range",
        "timestep_sampling, importance"
    })
    void train_anyObjective_validationIsTheLossOfTraining(String field, String value) throws Exception {
        Map<String, Object> fields = new HashMap<>(PLAIN);
        fields.put("variance", "learned_range");
        fields.putAll(Map.of(
                "batch_size",
                64,
                "steps",
                2,
                "warmup_steps",
                0,
                "learning_rate",
                1e-9,
                "publish",
                "never",
                "flip",
                false));
        if (!field.equals("timestep_sampling")) {
            fields.remove("variance");
        }
        fields.put(field, value);
        RunFolder run = TinyRuns.create(runs, fields);
        assertThat(train(run, () -> false).kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);
        MetricsRow row = run.metrics(0).get(0);
        assertThat(row.measured(Metric.VALIDATION_LOSS)).isCloseTo(row.loss(), withinPercentage(15));
        assertThat(row.measured(Metric.VALIDATION_LOSS_Q1)).isCloseTo(row.lossQ1(), withinPercentage(40));
        assertThat(row.measured(Metric.VALIDATION_LOSS_Q4)).isCloseTo(row.lossQ4(), withinPercentage(40));
    }

    @Test
    void heldOutLoss_anotherRunOfTheNetwork_sameImagesNoiseAndTimesteps() {
        Map<Metric, Double> one = heldOutLoss(TinyRuns.spec(PLAIN));
        assertThat(one)
                .containsOnlyKeys(
                        Metric.VALIDATION_LOSS,
                        Metric.VALIDATION_LOSS_Q1,
                        Metric.VALIDATION_LOSS_Q2,
                        Metric.VALIDATION_LOSS_Q3,
                        Metric.VALIDATION_LOSS_Q4);
        assertThat(heldOutLoss(TinyRuns.spec(Map.of(
                        "unet", TinyRuns.UNET_WITHOUT_DROPOUT, "validation", true, "batch_size", 5, "seed", 99))))
                .isEqualTo(one);
        assertThat(one.get(Metric.VALIDATION_LOSS))
                .as("of a network that predicts 0")
                .isCloseTo(1, within(.1));
    }

    /** The others are of a GAN or a VAE. */
    private static Metric[] ofDiffusion() {
        return Arrays.copyOf(Metric.values(), Metric.RECALL.ordinal() + 1);
    }

    @Test
    void train_stoppedAndResumed_sameMeasurements() throws Exception {
        Map<String, Object> fields = Map.of(
                "steps", 10, "validation", Map.of("every", 5), "publish", "best", "publish_metric", "kernel_distance");
        RunFolder whole = TinyRuns.create(runs.resolve("a"), fields);
        RunFolder broken = TinyRuns.create(runs.resolve("b"), fields);
        train(whole, () -> false);
        train(broken, TinyRuns.stopAt(7));
        train(broken, () -> false);

        assertThat(whole.metrics(0)).extracting(MetricsRow::step).containsExactly(5, 10);
        assertThat(whole.metrics(0))
                .allSatisfy(row -> assertThat(row.measured()).containsOnlyKeys(ofDiffusion()));
        assertThat(broken.metrics(0))
                .extracting(MetricsRow::measured)
                .isEqualTo(whole.metrics(0).stream().map(MetricsRow::measured).toList());
        assertThat(events(broken, RunEvent.Type.CHECKPOINT).get(0).details())
                .containsEntry("kernel_distance", whole.metrics(0).get(0).measured(Metric.KERNEL_DISTANCE));
    }

    @ParameterizedTest
    @EnumSource(
            value = Metric.class,
            names = {"KERNEL_DISTANCE", "VALIDATION_LOSS"})
    void train_publishesTheBest_byThatMetric(Metric metric) throws Exception {
        RunFolder run = TinyRuns.create(
                runs,
                Map.of(
                        "publish",
                        "best",
                        "publish_metric",
                        metric,
                        "learning_rate",
                        .2,
                        "validation",
                        Map.of("every", 20)));
        train(run, () -> false);
        double least = Double.POSITIVE_INFINITY;
        int best = 0;
        for (MetricsRow row : run.metrics(0)) {
            assertThat(row.measured(metric)).as("step " + row.step()).isNotNaN();
            if (row.measured(metric) < least) {
                least = row.measured(metric);
                best = row.step();
            }
        }
        List<RunEvent> published = events(run, RunEvent.Type.PUBLISHED);
        RunEvent last = published.get(published.size() - 1);
        assertThat(last.step()).isEqualTo(best);
        assertThat(last.details()).containsEntry(metric.wireName(), least);
        assertThat(run.metrics(0)).extracting(MetricsRow::step).containsExactly(5, 10, 15, 20);
    }

    @Test
    void train_noLongerBetter_endsAtACheckpointAndPublishes() throws Exception {
        RunFolder run = TinyRuns.create(
                runs,
                Map.of(
                        "steps",
                        1000,
                        "checkpoint_every",
                        0,
                        "publish",
                        "end",
                        "learning_rate",
                        .9,
                        "warmup_steps",
                        0,
                        "validation",
                        Map.of("every", 2),
                        "early_stop",
                        Map.of("patience", 2)));
        TrainingOutcome outcome = train(run, () -> false);
        int end = outcome.step();
        assertThat(outcome.kind()).isEqualTo(TrainingOutcome.Kind.FINISHED);
        assertThat(end).isLessThan(1000).isEven();
        assertThat(run.checkpoints()).containsExactly(end);
        RunEvent finished = events(run, RunEvent.Type.FINISHED).get(0);
        assertThat(finished.step()).isEqualTo(end);
        assertThat(finished.details()).containsEntry("reason", "early_stop");
        assertThat(finished.details().get("message").toString()).contains("validation_loss has not improved");
        assertThat(finished.status().state().wireName()).isEqualTo("succeeded");
        assertThat(events(run, RunEvent.Type.PUBLISHED))
                .extracting(RunEvent::step)
                .containsExactly(end);

        TrainingOutcome again = train(run, () -> false);
        assertThat(again).isEqualTo(outcome);
        assertThat(events(run, RunEvent.Type.PUBLISHED)).hasSize(1);
    }

    @Test
    void train_stoppedBeforeTheEarlyEnd_endsAtTheSameStep() throws Exception {
        Map<String, Object> fields = Map.of(
                "steps",
                1000,
                "publish",
                "never",
                "learning_rate",
                .9,
                "warmup_steps",
                0,
                "validation",
                Map.of("every", 2),
                "early_stop",
                Map.of("patience", 3));
        RunFolder whole = TinyRuns.create(runs.resolve("a"), fields);
        RunFolder broken = TinyRuns.create(runs.resolve("b"), fields);
        int end = train(whole, () -> false).step();
        train(broken, TinyRuns.stopAt(end - 1));
        assertThat(train(broken, () -> false).step()).isEqualTo(end);
    }

    @Test
    void plan_validationDecidesButTooFewPictures_refusedByName() {
        TrainingSpec spec = TinyRuns.spec(Map.of("validation", true, "early_stop", Map.of("patience", 2)));
        try (ImageDataset faces = open(spec)) {
            ImageDataset few = new Few(faces);
            assertThatThrownBy(() -> TrainingPlan.of(spec, few))
                    .isInstanceOf(InvalidMessageException.class)
                    .hasMessageContaining("validation/share is 0.05, must be more: it holds out")
                    .hasMessageContaining("of 30 images");
            TrainingSpec given = TinyRuns.spec(Map.of("validation", Map.of("share", .01)));
            assertThat(TrainingPlan.of(given, few).warnings())
                    .containsExactly("the share of held-out images is too small for 30 images: all are trained on, and"
                            + " there is no validation loss");
            assertThat(TrainingPlan.of(TinyRuns.spec(Map.of("validation", true)), few)
                            .warnings())
                    .isEmpty();
        }
    }

    private Map<Metric, Double> heldOutLoss(TrainingSpec spec) {
        try (ImageDataset faces = open(spec);
                NDManager manager = NDManager.newBaseManager()) {
            TrainingPlan plan = TrainingPlan.of(spec, faces);
            Checkpoint start = TrainingPlan.of(TinyRuns.spec(PLAIN), faces).start();
            FlatWeights weights = FlatWeights.of(manager, design(plan).net().parameters(), start.average());
            return new HeldOutLoss(design(plan), Objects.requireNonNull(plan.heldOut())).of(manager, weights);
        }
    }

    private static NoisedBatches batches(TrainingSpec spec, TrainingPlan plan) {
        return new NoisedBatches(
                spec, Objective.of(spec, ObjectiveState.NONE), design(plan).noLabel());
    }

    private static ImageBatch batch(ImageDataset images) {
        float[] samples = new float[2 * 3 * 8 * 8];
        images.get(0).pixels().toSigned(samples, 0, false);
        images.get(1).pixels().toSigned(samples, 3 * 8 * 8, false);
        return new ImageBatch(samples, new int[] {0, 1}, 2);
    }

    private ImageDataset open(TrainingSpec spec) {
        return new Datasets(runs, 1 << 20).open(new DatasetSpec(spec.dataset(), 8, 8, 3));
    }

    private TrainingOutcome train(RunFolder run, BooleanSupplier stop) throws InterruptedException {
        return TinyRuns.train(runs, run, models, Retention.ALL, stop);
    }

    private static List<RunEvent> events(RunFolder run, RunEvent.Type type) throws IOException {
        return run.events(0).stream().filter(event -> event.type() == type).toList();
    }

    /** Thirty images of another name. */
    private record Few(ImageDataset faces) implements ImageDataset {
        @Override
        public String name() {
            return "few";
        }

        @Override
        public List<String> labels() {
            return faces.labels();
        }

        @Override
        public long size() {
            return 30;
        }

        @Override
        public LabelledImage get(long index) {
            return faces.get(index);
        }

        @Override
        public void close() {}
    }

    private static DiffusionDesign design(TrainingPlan plan) {
        return (DiffusionDesign) plan.design();
    }
}
