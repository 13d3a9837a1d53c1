package io.stepwise.diffusion;

import java.util.Collections;
import java.util.List;

/**
 * All steps from noise to an image, computed before the run. r0 starts as {@code initialScale·z} with z the noise of draw 0 (or,
 * from an image, as {@code start.alpha·image + start.sigma·z}), the other registers as 0; every step replaces the
 * registers; after the last, r0 is the image in about [-1, 1].
 *
 * @param registers K, 1 or more; the same in every step
 * @param initialScale the factor of pure noise
 * @param start the noise level of the first step
 * @param steps one or more
 */
public record Trajectory(int registers, double initialScale, NoiseLevel start, List<ReverseStep> steps) {
    public Trajectory {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps must not be empty");
        }
        for (ReverseStep step : steps) {
            if (step.registers() != registers) {
                throw new IllegalArgumentException(
                        "a step has " + step.registers() + " registers, must have " + registers);
            }
        }
    }

    /**
     * Of a network that makes the image of noise in one call (GAN, VAE): x0 is its output, cut to [-1, 1].
     *
     * @param steps how often the call is made; more than once it only takes time
     */
    public static Trajectory direct(int steps) {
        Parameterization.Call call = new Parameterization.Call(0, 1, 0, 1, 0, 0);
        ReverseStep step = ReverseStep.of(call, new Clip.Range(1), new Mix().x0(1));
        return new Trajectory(1, 1, NoiseLevel.exploding(0, 0), Collections.nCopies(steps, step));
    }

    /**
     * The same steps with one register more, the last: after every step that calls the network it holds x0, the estimate of
     * the finished image, clipped as the step says. The other registers are the same to the bit.
     */
    public Trajectory withEstimate() {
        return new Trajectory(
                registers + 1,
                initialScale,
                start,
                steps.stream().map(ReverseStep::withEstimate).toList());
    }

    /** How often the network runs. */
    public int networkCalls() {
        return (int) steps.stream().filter(ReverseStep::callsNetwork).count();
    }
}
