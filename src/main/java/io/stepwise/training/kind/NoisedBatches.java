package io.stepwise.training.kind;

import io.stepwise.data.ImageBatch;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.TrainingSpec;
import java.util.SplittableRandom;

/**
 * Turns images into what the network is trained on: a noise level that the objective draws and noise for each image, and
 * the coefficients of the noisy image and of the target.
 *
 * <p>INVARIANT: a pure function of the seed, the batch's number and what the objective has learned from earlier batches, so
 * that a resumed run sees what it would have seen.
 */
public final class NoisedBatches {
    private static final long NOISE = 0x6e6f697365L; // keys noise apart from what else the seed is used for

    private final Objective objective;
    private final int noLabel;
    private final double labelDropout;
    private final long seed;
    private final double batches;

    /** @param noLabel the class that stands for no label; -1 for an unconditional network */
    public NoisedBatches(TrainingSpec spec, Objective objective, int noLabel) {
        this.objective = objective;
        this.noLabel = noLabel;
        this.labelDropout = spec.labelDropout();
        this.seed = spec.seed();
        this.batches = (double) spec.steps() * spec.gradientAccumulation();
    }

    /**
     * @param number of the batch within the run, from 0
     * @param share what the batch's loss counts: one over the batches of an optimizer step
     */
    public TrainingBatch of(ImageBatch batch, long number, double share) {
        int size = batch.size();
        int perImage = batch.images().length / size;
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        float[] noise = new float[batch.images().length];
        float[] timesteps = new float[size];
        long[] labels = new long[size];
        float[] coefficients = new float[objective.rows() * size];
        for (int i = 0; i < size; i++) {
            Objective.Level level = objective.draw(random, Math.min(1, number / batches));
            boolean drop = random.nextDouble() < labelDropout;
            labels[i] = noLabel < 0 ? 0 : drop || batch.labels()[i] < 0 ? noLabel : batch.labels()[i];
            timesteps[i] = (float) level.timestep();
            for (int row = 0; row < objective.rows(); row++) {
                int weight = row - TrainingBatch.WEIGHT;
                double counts = weight >= 0 && weight < objective.weights() ? share : 1;
                coefficients[row * size + i] = (float) (level.coefficients()[row] * counts);
            }
            CounterNoise.fill(seed ^ NOISE, i, (int) number, noise, i * perImage, perImage);
        }
        return new TrainingBatch(batch.images(), noise, timesteps, labels, coefficients);
    }
}
