package io.stepwise.serving.request;

import java.time.Duration;

/**
 * Where the time of a generation went.
 *
 * @param queue from being accepted to the first denoising step
 * @param compute from the first denoising step to the last
 * @param meanBatch rows per denoising step, this request's and its neighbours', averaged over its steps; at least 1
 */
public record Timings(Duration queue, Duration compute, double meanBatch) {}
