package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What a run measures: from time to time with its averaged weights, or in the training of a GAN or a VAE as the mean over the
 * steps since the row before. The JSON name is the lower-case one.
 */
public enum Metric {
    /** Mean loss on held-out images, before weighting; less is better. */
    VALIDATION_LOSS,
    /** The same over timesteps in the first quarter (little noise). */
    VALIDATION_LOSS_Q1,
    VALIDATION_LOSS_Q2,
    VALIDATION_LOSS_Q3,
    /** The last quarter (nearly pure noise). */
    VALIDATION_LOSS_Q4,
    /** Sliced Wasserstein distance between samples and training images, times 1000; less is better. */
    SLICED_WASSERSTEIN,
    /** Kernel distance between the same, times 1000; less is better, about 0 for images of one kind. */
    KERNEL_DISTANCE,
    /** Share of samples that look like a training image; more is better. */
    PRECISION,
    /** Share of training images that look like a sample; more is better. */
    RECALL,
    /** Of a GAN: the loss of the generator. */
    GENERATOR_LOSS,
    /** Of a GAN: the loss of the discriminator on real and on made images together. */
    DISCRIMINATOR_LOSS,
    /** Of a GAN: the share of real images that the discriminator takes for real. */
    ACCURACY_REAL,
    /** Of a GAN: the share of made images that the discriminator takes for made. */
    ACCURACY_MADE,
    /** Of a VAE: the distance of the reconstruction, a sum over the numbers of an image. */
    RECONSTRUCTION,
    /** Of a VAE: the divergence of the posterior from the prior, a sum over the latent vector. */
    KL,
    /** Of a VAE: the number of latent units whose mean varies over the images. */
    ACTIVE_UNITS;

    /** Whether it compares samples with training images. */
    public boolean isOfSamples() {
        return ordinal() >= SLICED_WASSERSTEIN.ordinal() && ordinal() <= RECALL.ordinal();
    }

    /** The name in JSON, in events and in the metadata of versions. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
