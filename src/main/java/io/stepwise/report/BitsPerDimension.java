package io.stepwise.report;

/**
 * How many bits a model needs at most for each number of an image of 256 levels: the variational bound on the negative
 * log-likelihood.
 *
 * @param mean over the images
 * @param standardError of the mean, by the images and by the timesteps that were drawn
 * @param images number of them
 */
record BitsPerDimension(double mean, double standardError, int images) {}
