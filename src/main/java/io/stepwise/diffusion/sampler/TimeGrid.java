package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.BetaTables;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import java.util.ArrayList;
import java.util.List;

/**
 * Which noise levels an ODE solver visits.
 *
 * @param spacing of the timesteps, not KARRAS
 * @param stepsOffset added to leading timesteps, 0 or 1; left out where it would pass T-1
 * @param karras whether the levels are spread evenly in sigma^(1/7) (Karras et al. 2022, https://arxiv.org/abs/2206.00364,
 *     eq. 5) over the range of those timesteps
 * @param endsAtLeastSigma whether the last state keeps the noise of t = 0 (diffusers' {@code final_sigmas_type:
 *     sigma_min}) and not none
 */
public record TimeGrid(Spacing spacing, int stepsOffset, boolean karras, boolean endsAtLeastSigma) {
    /** diffusers' default for solvers. */
    public static final TimeGrid LINSPACE = new TimeGrid(Spacing.LINSPACE, 0, false, false);

    private static final double RHO = 7;
    private static final double EDM_SIGMA_MIN = .002;
    private static final double EDM_SIGMA_MAX = 80;

    public TimeGrid {
        spacing.requireTimesteps();
        requireOffset(stepsOffset);
    }

    /** The levels of any spacing; karras over the range of the linspace timesteps. The last state has no noise. */
    static TimeGrid of(Spacing spacing, int stepsOffset) {
        boolean karras = spacing == Spacing.KARRAS;
        return new TimeGrid(karras ? Spacing.LINSPACE : spacing, stepsOffset, karras, false);
    }

    static void requireOffset(int stepsOffset) {
        if (stepsOffset < 0 || stepsOffset > 1) {
            throw new IllegalArgumentException("stepsOffset " + stepsOffset + " must be 0 or 1");
        }
    }

    /** Levels on the unscaled image for Euler and Heun: one per step and the last state's; EDM networks get their own range, .002 to 80. */
    List<NoiseLevel> exploding(Parameterization network, int steps) {
        if (network instanceof DiscreteTime discrete) {
            double[] timesteps = spacing.continuous(discrete.schedule().timesteps(), steps, stepsOffset);
            if (karras) {
                double high = discrete.sigma(timesteps[0]);
                return karras(network, steps, discrete.sigma(timesteps[steps - 1]), high, RHO);
            }
            return exploding(discrete, timesteps);
        }
        return karras(network, steps, EDM_SIGMA_MIN, EDM_SIGMA_MAX, RHO);
    }

    /** The levels of given timesteps, descending. */
    List<NoiseLevel> exploding(DiscreteTime network, double[] timesteps) {
        List<NoiseLevel> levels = new ArrayList<>();
        for (double t : timesteps) {
            addLess(levels, NoiseLevel.exploding(t, network.sigma(t)));
        }
        addLast(levels, NoiseLevel.exploding(0, endsAtLeastSigma ? network.sigma(0.0) : 0));
        return levels;
    }

    /** Levels of Karras et al. 2022, eq. 5, and a last one without noise; a single step is {@code sigmaMax}. */
    static List<NoiseLevel> karras(Parameterization network, int steps, double sigmaMin, double sigmaMax, double rho) {
        List<NoiseLevel> levels = new ArrayList<>();
        for (double sigma : karrasSigmas(steps, sigmaMin, sigmaMax, rho)) {
            levels.add(NoiseLevel.exploding(network.timestepOf(sigma), sigma));
        }
        levels.add(NoiseLevel.exploding(0, 0));
        return levels;
    }

    private static double[] karrasSigmas(int steps, double sigmaMin, double sigmaMax, double rho) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps " + steps + " must be 1 or more");
        }
        double low = Math.pow(sigmaMin, 1 / rho);
        double high = Math.pow(sigmaMax, 1 / rho);
        double[] sigmas = BetaTables.linspace(0, 1, steps);
        for (int i = 0; i < steps; i++) {
            sigmas[i] = Math.pow(high + sigmas[i] * (low - high), rho);
        }
        return sigmas;
    }

    /**
     * Levels for multistep solvers, variance preserving for networks of discrete time.
     *
     * @param lambdaMin least ln(alpha/sigma) a level may have
     */
    List<NoiseLevel> multistep(Parameterization network, int steps, double lambdaMin) {
        if (!(network instanceof DiscreteTime discrete)) {
            return karras(network, steps, EDM_SIGMA_MIN, EDM_SIGMA_MAX, RHO);
        }
        int trained = discrete.schedule().timesteps();
        if (!karras) {
            return multistep(discrete, spacing.multistep(trained, end(discrete, lambdaMin), steps, stepsOffset));
        }
        Spacing.requireSteps(trained, steps);
        List<NoiseLevel> levels = new ArrayList<>();
        for (double sigma : karrasSigmas(steps, discrete.sigma(0.0), discrete.sigma(trained - 1.0), RHO)) {
            addLess(levels, NoiseLevel.preservingSigma(Math.rint(discrete.timestepOf(sigma)), sigma));
        }
        addLast(levels, NoiseLevel.preservingSigma(0, endsAtLeastSigma ? discrete.sigma(0.0) : 0));
        return levels;
    }

    /** The variance-preserving levels of given timesteps, descending. */
    List<NoiseLevel> multistep(DiscreteTime network, double[] timesteps) {
        List<NoiseLevel> levels = new ArrayList<>();
        for (double t : timesteps) {
            addLess(levels, NoiseLevel.preservingSigma(t, network.sigma(t)));
        }
        addLast(levels, NoiseLevel.preservingSigma(0, endsAtLeastSigma ? network.sigma(0.0) : 0));
        return levels;
    }

    /** What pure noise is multiplied with to be a state of the first level (diffusers' {@code init_noise_sigma}). */
    double initialScale(Parameterization network, NoiseLevel first) {
        boolean belowFullNoise = spacing == Spacing.LEADING && network instanceof DiscreteTime;
        return belowFullNoise ? first.size() : first.sigma();
    }

    private static int end(DiscreteTime network, double lambdaMin) {
        int end = network.schedule().timesteps();
        while (end > 1 && -Math.log(network.sigma(end - 1.0)) < lambdaMin) {
            end--;
        }
        return end;
    }

    private static void addLast(List<NoiseLevel> levels, NoiseLevel level) {
        if (levels.size() == 1) {
            levels.add(level);
        } else {
            addLess(levels, level);
        }
    }

    /** Levels must fall: a solver divides by the distance of two. */
    private static void addLess(List<NoiseLevel> levels, NoiseLevel level) {
        if (levels.isEmpty() || level.sigma() < levels.get(levels.size() - 1).sigma()) {
            levels.add(level);
        }
    }
}
