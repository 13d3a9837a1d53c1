package io.stepwise.training.kind;

import io.stepwise.data.ImageBatch;
import io.stepwise.diffusion.CounterNoise;
import io.stepwise.model.latent.LatentBatch;
import io.stepwise.model.latent.LatentShape;

/**
 * Turns images into what a GAN or a VAE is trained on: a latent vector for each image, and its class.
 *
 * <p>INVARIANT: a pure function of the seed, the batch's number and the number of the draw.
 *
 * @param shape of the latent vectors
 * @param seed of the run
 * @param draws how many latent vectors an image gets
 */
record LatentDraws(LatentShape shape, long seed, int draws) {
    private static final long LATENT = 0x6c6174656e74L; // keys the numbers apart from what else the seed is used for

    /**
     * @param number of the batch within the run, from 0
     * @param draw of the batch, 0 … draws - 1
     */
    LatentBatch of(ImageBatch batch, long number, int draw) {
        int size = batch.size();
        float[] latents = new float[size * shape.latentSize()];
        long[] labels = new long[size];
        Integer classes = shape.classes();
        for (int i = 0; i < size; i++) {
            int at = Math.toIntExact(number * draws + draw);
            CounterNoise.fill(seed ^ LATENT, i, at, latents, i * shape.latentSize(), shape.latentSize());
            int label = batch.labels()[i];
            labels[i] = classes == null ? 0 : label < 0 ? classes - 1 : label;
        }
        return new LatentBatch(batch.images(), latents, labels);
    }
}
