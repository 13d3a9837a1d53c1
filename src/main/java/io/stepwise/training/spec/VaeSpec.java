package io.stepwise.training.spec;

import io.stepwise.model.latent.Vae;

/**
 * What a VAE is made of and how it is trained. The contract's {@code VaeSpecification} defines ranges and defaults.
 *
 * @param latentSize numbers in a latent vector
 * @param channels channels of the network at half the size of an image; they double at each smaller size
 * @param beta factor of the divergence in the loss
 * @param reconstruction the distance between image and reconstruction
 * @param conditional whether the network knows the labels
 */
public record VaeSpec(
        int latentSize, int channels, double beta, Vae.Reconstruction reconstruction, boolean conditional) {}
