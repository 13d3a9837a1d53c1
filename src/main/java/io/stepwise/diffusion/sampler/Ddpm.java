package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Mix;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.ArrayList;
import java.util.List;

/**
 * Ancestral sampling (Ho et al. 2020, https://arxiv.org/abs/2006.11239, algorithm 2; the mean is eq. 7): draw from the
 * posterior of the next lower noise level given the state and the predicted clean image. With fewer steps than T, the
 * betas are those between the timesteps visited. Noise is added whenever t > 0, so trailing timesteps add it at the
 * last step too, as in diffusers.
 *
 * @param variance of the posterior
 * @param spacing of the timesteps
 * @param stepsOffset added to leading timesteps, 0 or 1
 * @param clip of the clean image
 */
public record Ddpm(Variance variance, Spacing spacing, int stepsOffset, Clip clip) implements Sampler {
    private static final double LEAST_VARIANCE = 1e-20;

    /** What variance the noise of a step has. */
    public enum Variance {
        /** The posterior's, beta-tilde: right if the data were a single image. diffusers' fixed_small_log is the same. */
        FIXED_SMALL,
        /** beta: right if the data were noise. */
        FIXED_LARGE,
        /** Between the two, by the network, which has twice the channels (Nichol and Dhariwal 2021). */
        LEARNED_RANGE;

        /** Finds a variance by diffusers' {@code variance_type}. */
        public static Variance named(String label) {
            return switch (label) {
                case "fixed_small", "fixed_small_log" -> FIXED_SMALL;
                case "fixed_large" -> FIXED_LARGE;
                case "learned_range" -> LEARNED_RANGE;
                default ->
                    throw new IllegalArgumentException("variance '" + label
                            + "' must be one of fixed_small, fixed_small_log, fixed_large, learned_range");
            };
        }
    }

    public Ddpm {
        spacing.requireTimesteps();
        TimeGrid.requireOffset(stepsOffset);
    }

    /** Clipped to [-1, 1]. */
    public static Ddpm of(Variance variance, Spacing spacing) {
        return new Ddpm(variance, spacing, 0, Clip.UNIT);
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        DiscreteTime discrete = Ddim.requireDiscreteTime("ddpm", network);
        return levelsAt(discrete, spacing.timesteps(discrete.schedule().timesteps(), steps, stepsOffset));
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return Ddim.preserving(network.schedule(), timesteps, 1);
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        List<ReverseStep> steps = new ArrayList<>();
        for (int i = first; i < levels.size() - 1; i++) {
            steps.add(step(network.call(levels.get(i)), levels.get(i), levels.get(i + 1), i + 1));
        }
        return new Trajectory(1, 1, levels.get(first), steps);
    }

    private ReverseStep step(Parameterization.Call call, NoiseLevel from, NoiseLevel to, int draw) {
        double remaining = from.alpha() / to.alpha();
        double beta = 1 - remaining * remaining;
        double noise = from.sigma() * from.sigma();
        double noiseLeft = to.sigma() * to.sigma() / noise;
        Mix mean = new Mix().state(remaining * noiseLeft).x0(to.alpha() * beta / noise);
        double small = Math.max(noiseLeft * beta, LEAST_VARIANCE);
        if (from.timestep() == 0) {
            return ReverseStep.of(call, clip, mean);
        }
        if (variance == Variance.LEARNED_RANGE) {
            return ReverseStep.of(call, clip, draw, mean.noise(1))
                    .withLearnedVariance(new ReverseStep.LearnedVariance(Math.log(small), Math.log(beta)));
        }
        return ReverseStep.of(call, clip, draw, mean.noise(Math.sqrt(variance == Variance.FIXED_LARGE ? beta : small)));
    }
}
