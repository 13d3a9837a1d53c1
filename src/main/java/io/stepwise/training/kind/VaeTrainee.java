package io.stepwise.training.kind;

import ai.djl.ndarray.NDManager;
import io.stepwise.data.BatchLoader;
import io.stepwise.data.ImageBatch;
import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;
import io.stepwise.model.latent.LatentBatch;
import io.stepwise.model.latent.VaeNetwork;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.training.checkpoint.Checkpoint;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.spec.Metric;
import io.stepwise.training.spec.VaeSpec;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A VAE in training (Kingma and Welling 2014, algorithm 1, with one sample of the latent vector for each image). */
final class VaeTrainee implements Trainee {
    private static final int RECONSTRUCTION = 0; // columns of the network's rows and of the tally; the means follow
    private static final int DIVERGENCE = 1;
    private static final int MEANS = 2;

    /** A latent unit whose mean varies less than this over the images is not used (Burda et al. 2016, section 5.1). */
    private static final double ACTIVE = .01;

    private final VaeDesign design;
    private final double beta;
    private final int latentSize;
    private final @Nullable ImageDataset heldOut;
    private final VaeNetwork network;
    private Tally tally;

    VaeTrainee(VaeDesign design, NDManager manager, Checkpoint from, @Nullable ImageDataset heldOut) {
        this.design = design;
        this.heldOut = heldOut;
        VaeSpec vae = Objects.requireNonNull(design.spec().vae());
        beta = vae.beta();
        latentSize = design.net().shape().latentSize();
        tally = tally(from.position().sinceRow());
        network = new VaeNetwork(manager, design.net(), from.weights(), beta);
        tensors().restore(from.weights(), from.average(), from.optimizer());
    }

    private Tally tally(LossSums before) {
        return new Tally(MEANS + 2 * latentSize, before);
    }

    private LatentDraws draws(long seed) {
        return new LatentDraws(design.net().shape(), seed, 1);
    }

    @Override
    public Step step(int step, BatchLoader loader, OptimizerStep optimizer) throws InterruptedException {
        long number = loader.position();
        ImageBatch images = loader.nextBatch();
        LatentBatch batch = draws(design.spec().seed()).of(images, number, 0);
        double loss = add(tally, network.accumulateGradients(batch));
        return new Step(loss, network.update(optimizer));
    }

    /** Adds the rows of a batch to {@code sums}, and returns the mean loss. */
    private double add(Tally sums, float[] rows) {
        int columns = MEANS + latentSize;
        double loss = 0;
        for (int i = 0; i < rows.length; i++) {
            int column = i % columns;
            double value = rows[i];
            sums.add(column, value);
            if (column >= MEANS) {
                sums.add(column + latentSize, value * value);
            } else {
                loss += column == RECONSTRUCTION ? value : beta * value;
            }
        }
        return loss * columns / rows.length;
    }

    @Override
    public Report report() {
        Report report = new Report(
                loss(tally),
                Map.of(
                        Metric.RECONSTRUCTION, tally.mean(RECONSTRUCTION),
                        Metric.KL, tally.mean(DIVERGENCE),
                        Metric.ACTIVE_UNITS, (double) activeUnits(tally)));
        tally = tally(LossSums.NONE);
        return report;
    }

    private double loss(Tally sums) {
        return sums.mean(RECONSTRUCTION) + beta * sums.mean(DIVERGENCE);
    }

    private long activeUnits(Tally sums) {
        long active = 0;
        for (int unit = MEANS; unit < MEANS + latentSize; unit++) {
            double mean = sums.mean(unit);
            active += sums.mean(unit + latentSize) - mean * mean > ACTIVE ? 1 : 0;
        }
        return active;
    }

    @Override
    public LossSums sums() {
        return tally.sums();
    }

    @Override
    public OptimizedWeights tensors() {
        return network.state();
    }

    /** The loss on held-out images, always the same ones with the same latent noise. */
    @Override
    public Map<Metric, Double> heldOut() {
        Map<Metric, Double> measured = new EnumMap<>(Metric.class);
        if (heldOut != null) {
            Tally sums = tally(LossSums.NONE);
            for (int number = 0; number < HeldOutLoss.EVALUATIONS / HeldOutLoss.ROWS; number++) {
                LatentBatch batch = draws(0).of(HeldOutLoss.batch(heldOut, number), number, 0);
                add(sums, network.losses(tensors().average(), batch));
            }
            measured.put(Metric.VALIDATION_LOSS, loss(sums));
        }
        return measured;
    }

    @Override
    public List<Pixels> images(int count) {
        return design.sampleGrid().images(tensors().manager(), tensors().average(), count);
    }

    @Override
    public byte[] sampleGrid() {
        return design.spec().emaDecay() == 0
                ? design.sampleGrid().png(tensors().manager(), tensors().weights())
                : design.sampleGrid()
                        .png(tensors().manager(), tensors().average(), tensors().weights());
    }

    @Override
    public void close() {
        network.close();
    }
}
