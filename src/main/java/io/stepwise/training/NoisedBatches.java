package io.stepwise.training;

import io.stepwise.data.ImageBatch;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.model.TrainingBatch;
import io.stepwise.training.spec.TrainingSpec;
import java.util.SplittableRandom;

/**
 * Turns images into what the network is trained on (Ho et al. 2020, algorithm 1): a timestep t uniform over 0 … T-1 and
 * noise for each image, and the coefficients of x_t = √ᾱ_t x0 + √(1-ᾱ_t) ε and of the target.
 *
 * <p>INVARIANT: a pure function of the seed and the batch's number, so that a resumed run sees what it would have seen.
 */
final class NoisedBatches {
    private static final long NOISE = 0x6e6f697365L; // keys noise apart from what else the seed is used for

    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final double[] weights;
    private final int noLabel;
    private final double labelDropout;
    private final long seed;

    /** @param noLabel the class that stands for no label; -1 for an unconditional network */
    NoisedBatches(TrainingSpec spec, NoiseSchedule schedule, int noLabel) {
        this.schedule = schedule;
        this.prediction = spec.prediction();
        this.weights = spec.lossWeighting().table(schedule, prediction);
        this.noLabel = noLabel;
        this.labelDropout = spec.labelDropout();
        this.seed = spec.seed();
    }

    /**
     * @param number of the batch within the run, from 0
     * @param share what the batch's loss counts: one over the batches of an optimizer step
     */
    TrainingBatch of(ImageBatch batch, long number, double share) {
        int size = batch.size();
        int perImage = batch.images().length / size;
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        float[] noise = new float[batch.images().length];
        float[] timesteps = new float[size];
        long[] labels = new long[size];
        float[] coefficients = new float[5 * size];
        for (int i = 0; i < size; i++) {
            int t = random.nextInt(schedule.timesteps());
            boolean drop = random.nextDouble() < labelDropout;
            labels[i] = noLabel < 0 ? 0 : drop || batch.labels()[i] < 0 ? noLabel : batch.labels()[i];
            timesteps[i] = t;
            double alphasCumprod = schedule.alphasCumprod(t);
            coefficients[i] = (float) Math.sqrt(alphasCumprod);
            coefficients[size + i] = (float) Math.sqrt(1 - alphasCumprod);
            coefficients[2 * size + i] = (float) prediction.targetOfImage(alphasCumprod);
            coefficients[3 * size + i] = (float) prediction.targetOfNoise(alphasCumprod);
            coefficients[4 * size + i] = (float) (weights[t] * share);
            CounterNoise.fill(seed ^ NOISE, i, (int) number, noise, i * perImage, perImage);
        }
        return new TrainingBatch(batch.images(), noise, timesteps, labels, coefficients);
    }
}
