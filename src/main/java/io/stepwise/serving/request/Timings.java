package io.stepwise.serving.request;

import java.time.Duration;

/**
 * How long the parts of a generation took.
 *
 * @param queue from being accepted to the first denoising step
 * @param compute from the first denoising step to the last
 * @param meanBatch mean number of rows per denoising step, of this request and the others in its batches; at least 1
 */
public record Timings(Duration queue, Duration compute, double meanBatch) {}
