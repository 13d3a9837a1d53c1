package io.stepwise.training.spec;

/**
 * The rule that ends a run before its last step.
 *
 * @param metric that decides; less is better
 * @param patience number of measurements in a row without a new least value, at least 1
 */
public record EarlyStop(Metric metric, int patience) {}
