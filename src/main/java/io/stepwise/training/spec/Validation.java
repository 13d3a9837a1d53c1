package io.stepwise.training.spec;

/**
 * Measurement of the loss on held-out images.
 *
 * @param share of the images that is held out, above 0 and at most 0.5
 * @param every optimizer steps between two measurements, at least 1
 */
public record Validation(double share, int every) {}
