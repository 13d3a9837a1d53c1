package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.ImageBatch;
import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.training.LossNetwork;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The loss on held-out images: the training loss before weighting, without dropout, with all labels shown, in float32.
 *
 * <p>INVARIANT: images, noise and timesteps are always the same, whatever the run's seed and batch size. So two values
 * differ only because the weights do, and it needs no state.
 */
public final class HeldOutLoss {
    /** The number of noised images in a mean; the held-out images take turns. */
    public static final int EVALUATIONS = 256;

    static final int ROWS = 8;
    private static final List<Metric> QUARTERS = List.of(
            Metric.VALIDATION_LOSS_Q1, Metric.VALIDATION_LOSS_Q2, Metric.VALIDATION_LOSS_Q3, Metric.VALIDATION_LOSS_Q4);

    private final DiffusionDesign design;
    private final ImageDataset images;
    private final Objective objective;
    private final NoisedBatches noised;

    public HeldOutLoss(DiffusionDesign design, ImageDataset images) {
        this.design = design;
        this.images = images;
        TrainingSpec fixed = TrainingSpecJson.with(design.spec(), Map.of("seed", 0, "label_dropout", 0));
        objective = Objective.of(fixed, ObjectiveState.NONE);
        noised = new NoisedBatches(fixed, objective, design.noLabel());
    }

    /** Measures; the weights stay the caller's. */
    public Map<Metric, Double> of(NDManager manager, FlatWeights weights) {
        Tally losses = new Tally(LossSums.QUARTERS, LossSums.NONE);
        try (LossNetwork network = new LossNetwork(manager, design.net(), weights, design.loss())) {
            for (int number = 0; number < EVALUATIONS / ROWS; number++) {
                var batch = noised.of(batch(images, number), number, 1);
                losses.add(objective, batch, network.losses(batch));
            }
        }
        Map<Metric, Double> measured = new EnumMap<>(Metric.class);
        measured.put(Metric.VALIDATION_LOSS, losses.mean());
        for (Metric quarter : QUARTERS) {
            measured.put(quarter, losses.mean(QUARTERS.indexOf(quarter)));
        }
        return measured;
    }

    /** Batch {@code number} of {@link #ROWS} images, which take turns. */
    static ImageBatch batch(ImageDataset images, int number) {
        int[] labels = new int[ROWS];
        float[] samples = new float[0];
        for (int i = 0; i < ROWS; i++) {
            var image = images.get(((long) number * ROWS + i) % images.size());
            Pixels pixels = image.pixels();
            int size = pixels.data().length;
            samples = i == 0 ? new float[ROWS * size] : samples;
            pixels.toSigned(samples, i * size, false);
            labels[i] = image.label();
        }
        return new ImageBatch(samples, labels, ROWS);
    }
}
