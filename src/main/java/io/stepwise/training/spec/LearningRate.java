package io.stepwise.training.spec;

/**
 * The learning rate of every optimizer step: a straight line up to {@code base}, then constant or half a cosine wave
 * down to zero (Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983, equation 5, without restarts).
 *
 * @param base rate at the end of the warm-up, above 0
 * @param warmupSteps optimizer steps of warm-up, 0 … {@code steps}; the last of them already has the rate {@code base}
 * @param steps total optimizer steps, at least 1
 * @param cosine whether the rate falls to zero after the warm-up; it would reach zero one step after the last
 */
public record LearningRate(double base, int warmupSteps, int steps, boolean cosine) {
    public LearningRate {
        if (!(base > 0 && base < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("base " + base + " must be above 0");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps " + steps + " must be 1 or more");
        }
        if (warmupSteps < 0 || warmupSteps > steps) {
            throw new IllegalArgumentException("warmupSteps " + warmupSteps + " must be 0 to " + steps);
        }
    }

    /** The rate of optimizer step {@code step}, counted from 1; steps after the last have the rate of the last. */
    public double at(int step) {
        if (step <= warmupSteps) {
            return base * step / warmupSteps;
        }
        if (!cosine) {
            return base;
        }
        double done = Math.min(step, steps) - 1 - warmupSteps;
        return base * (1 + Math.cos(Math.PI * done / (steps - warmupSteps))) / 2;
    }
}
