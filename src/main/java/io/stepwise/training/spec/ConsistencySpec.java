package io.stepwise.training.spec;

/**
 * Consistency tuning, after which few steps are enough (Geng et al. 2024, https://arxiv.org/abs/2406.14548). The contract's
 * {@code ConsistencySpecification} defines ranges and defaults.
 *
 * @param stages parts of the run; in each the two points of a path that are compared are half as far apart as before
 */
public record ConsistencySpec(int stages) {
    /** Steps of images of such a model, if nothing else is asked for. */
    public static final int USUAL_STEPS = 2;
}
