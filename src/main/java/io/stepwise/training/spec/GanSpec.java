package io.stepwise.training.spec;

/**
 * What a GAN is made of and how it is trained. The contract's {@code GanSpecification} defines ranges and defaults.
 *
 * @param latentSize numbers in a latent vector
 * @param channels channels of the networks at half the size of an image; they double at each smaller size
 * @param updates updates of the generator after each update of the discriminator
 * @param conditional whether the networks know the labels
 */
public record GanSpec(int latentSize, int channels, int updates, boolean conditional) {}
