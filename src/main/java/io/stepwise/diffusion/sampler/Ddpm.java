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
import java.util.Locale;

/**
 * Ancestral sampling (Ho et al. 2020, https://arxiv.org/abs/2006.11239, algorithm 2; the mean is eq. 7): draw from the
 * posterior of the next lower noise level given the state and the predicted clean image. With fewer steps than T, the
 * betas are those between the timesteps visited. Noise is added whenever t > 0, so trailing timesteps add it at the
 * last step too, as in diffusers; along levels spread over sigma it is added unless the step ends without noise.
 *
 * @param variance of the posterior
 * @param grid of the noise levels
 * @param clip of the clean image
 */
public record Ddpm(Variance variance, TimeGrid grid, Clip clip) implements Sampler {
    private static final double LEAST_VARIANCE = 1e-20;

    /** What variance the noise of a step has. */
    public enum Variance {
        /** The posterior's, beta-tilde: right if the data were a single image. diffusers' fixed_small_log is the same. */
        FIXED_SMALL,
        /** beta: right if the data were noise. */
        FIXED_LARGE,
        /** Between the two, by the network, which has twice the channels (Nichol and Dhariwal 2021). */
        LEARNED_RANGE;

        /** diffusers' {@code variance_type}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Finds a variance by diffusers' {@code variance_type}. */
        public static Variance named(String label) {
            return switch (label) {
                case "fixed_small", "fixed_small_log" -> FIXED_SMALL;
                case "fixed_large" -> FIXED_LARGE;
                case "learned_range" -> LEARNED_RANGE;
                default ->
                    throw new IllegalArgumentException("variance_type '" + label
                            + "' must be one of fixed_small, fixed_small_log, fixed_large, learned_range");
            };
        }
    }

    /** Clipped to [-1, 1]. */
    public static Ddpm of(Variance variance, Spacing spacing) {
        return new Ddpm(variance, TimeGrid.of(spacing, 0), Clip.UNIT);
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        return grid.preserving(this, network, steps);
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return Ddim.preserving(network.schedule(), timesteps, 1);
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        List<ReverseStep> steps = new ArrayList<>();
        for (int i = first; i < levels.size() - 1; i++) {
            NoiseLevel from = levels.get(i);
            NoiseLevel to = levels.get(i + 1);
            boolean noisy = grid.visitsTimesteps(network) ? from.timestep() > 0 : to.sigma() > 0;
            steps.add(step(network.call(from), from, to, noisy ? i + 1 : 0));
        }
        return new Trajectory(1, 1, levels.get(first), steps);
    }

    /** @param draw number of the noise; 0 for none */
    private ReverseStep step(Parameterization.Call call, NoiseLevel from, NoiseLevel to, int draw) {
        double remaining = from.alpha() / to.alpha();
        double beta = 1 - remaining * remaining;
        double noise = from.sigma() * from.sigma();
        double noiseLeft = to.sigma() * to.sigma() / noise;
        Mix mean = new Mix().state(remaining * noiseLeft).x0(to.alpha() * beta / noise);
        double small = Math.max(noiseLeft * beta, LEAST_VARIANCE);
        if (draw == 0) {
            return ReverseStep.of(call, clip, mean);
        }
        if (variance == Variance.LEARNED_RANGE) {
            return ReverseStep.of(call, clip, draw, mean.noise(1))
                    .withLearnedVariance(new ReverseStep.LearnedVariance(Math.log(small), Math.log(beta)));
        }
        return ReverseStep.of(call, clip, draw, mean.noise(Math.sqrt(variance == Variance.FIXED_LARGE ? beta : small)));
    }
}
