package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.stepwise.data.BatchLoader;
import io.stepwise.data.ImageBatch;
import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.checkpoint.PowerAverages;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A diffusion model in training (Ho et al. 2020, algorithm 1): images, noise, loss and gradients, an update. */
final class DiffusionTrainee implements Trainee {
    private final DiffusionDesign design;
    private final TrainingSpec spec;
    private final Objective objective;
    private final NoisedBatches noised;
    private final TrainingNetwork network;
    private final int powersSince;
    private final @Nullable HeldOutLoss heldOut;
    private Tally tally;

    DiffusionTrainee(DiffusionDesign design, NDManager manager, Checkpoint from, @Nullable ImageDataset heldOut) {
        this.design = design;
        spec = design.spec();
        objective = Objective.of(spec, from.position().objective());
        noised = new NoisedBatches(spec, objective, design.noLabel());
        tally = new Tally(LossSums.QUARTERS, from.position().sinceRow());
        this.heldOut = heldOut == null ? null : new HeldOutLoss(design, heldOut);
        network = new TrainingNetwork(manager, design.net(), from.weights(), design.precision(), design.loss());
        tensors().restore(from.weights(), from.average(), from.optimizer());
        PowerAverages powers = from.powers() == null ? PowerAverages.from(from.step(), from.weights()) : from.powers();
        powersSince = powers.since();
        if (spec.postHocEma()) {
            tensors().keepAverages(powers.averages());
        }
    }

    @Override
    public Step step(int step, BatchLoader loader, OptimizerStep optimizer) throws InterruptedException {
        double loss = gradients(loader);
        double norm = network.update(optimizer);
        if (Double.isFinite(norm) && spec.postHocEma()) {
            tensors().blendAverages(PowerAverages.decays(powersSince, step));
        }
        return new Step(loss, norm);
    }

    private double gradients(BatchLoader loader) throws InterruptedException {
        int parts = spec.gradientAccumulation();
        double loss = 0;
        for (int i = 0; i < parts; i++) {
            long number = loader.position();
            ImageBatch images = loader.nextBatch();
            TrainingBatch batch = noised.of(images, number, 1.0 / parts);
            seedDropout(number);
            float[] losses = network.accumulateGradients(batch);
            objective.learn(batch, losses);
            loss += tally.add(objective, batch, losses) / parts;
        }
        return loss;
    }

    /** Makes dropout a function of the batch's number. */
    private void seedDropout(long number) {
        if (design.net().config().dropout() > 0) {
            JniUtils.setSeed(spec.seed() * 0x9E3779B97F4A7C15L + number);
        }
    }

    @Override
    public Report report() {
        Report report = new Report(
                tally.mean(),
                IntStream.range(0, LossSums.QUARTERS).mapToObj(tally::mean).toList(),
                Map.of());
        tally = new Tally(LossSums.QUARTERS, LossSums.NONE);
        return report;
    }

    @Override
    public LossSums sums() {
        return tally.sums();
    }

    @Override
    public ObjectiveState objective() {
        return objective.state();
    }

    @Override
    public @Nullable PowerAverages powers() {
        return spec.postHocEma() ? new PowerAverages(powersSince, tensors().furtherAverages()) : null;
    }

    @Override
    public OptimizedWeights tensors() {
        return network.state();
    }

    @Override
    public Map<Metric, Double> heldOut() {
        return heldOut == null
                ? Map.of()
                : heldOut.of(tensors().manager(), tensors().average());
    }

    @Override
    public List<Pixels> images(int count) {
        return design.sampleGrid().images(tensors().manager(), tensors().average(), count);
    }

    @Override
    public byte[] sampleGrid() {
        return spec.emaDecay() == 0
                ? design.sampleGrid().png(tensors().manager(), tensors().weights())
                : design.sampleGrid()
                        .png(tensors().manager(), tensors().average(), tensors().weights());
    }

    @Override
    public void close() {
        network.close();
    }
}
