package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which noise levels a sampler visits: timesteps of the network's schedule, or levels spread over sigma. Networks
 * preconditioned as in EDM have no schedule; for them the levels are always spread over sigma.
 *
 * @param spacing of the timesteps, LEADING, TRAILING or LINSPACE
 * @param stepsOffset added to leading timesteps, 0 or 1; left out where it would pass T-1
 * @param sigmas how the levels are spread over sigma, by default over the range of those timesteps; null for the
 *     timesteps themselves
 * @param endsAtLeastSigma whether the last state keeps the least noise, that of t = 0 or of sigmas (diffusers' {@code
 *     final_sigmas_type: sigma_min}), and not none
 */
public record TimeGrid(Spacing spacing, int stepsOffset, @Nullable Sigmas sigmas, boolean endsAtLeastSigma) {
    /** diffusers' default for solvers. */
    public static final TimeGrid LINSPACE = of(Spacing.LINSPACE, 0);

    public TimeGrid {
        spacing.requireTimesteps();
        requireOffset(stepsOffset);
    }

    /** Timesteps; the last state has no noise. */
    public static TimeGrid of(Spacing spacing, int stepsOffset) {
        return new TimeGrid(spacing, stepsOffset, null, false);
    }

    /** Levels spread over sigma; the last state has no noise. */
    public static TimeGrid over(Sigmas sigmas) {
        return LINSPACE.with(sigmas);
    }

    /** The same grid with its levels spread over sigma. */
    public TimeGrid with(Sigmas other) {
        return new TimeGrid(spacing, stepsOffset, other, endsAtLeastSigma);
    }

    private static void requireOffset(int stepsOffset) {
        if (stepsOffset < 0 || stepsOffset > 1) {
            throw new IllegalArgumentException("stepsOffset " + stepsOffset + " must be 0 or 1");
        }
    }

    /** Whether the levels are timesteps of the network's schedule. */
    boolean visitsTimesteps(Parameterization network) {
        return sigmas == null && network instanceof DiscreteTime;
    }

    /** The whole timesteps that DDIM and DDPM visit. */
    double[] timesteps(DiscreteTime network, int steps) {
        return spacing.timesteps(network.schedule().timesteps(), steps, stepsOffset);
    }

    /** Levels on the unscaled image for Euler and Heun: one per step and the last state's. */
    List<NoiseLevel> exploding(Parameterization network, int steps) {
        if (!(network instanceof DiscreteTime discrete)) {
            Sigmas spread = sigmas == null ? Sigmas.EDM : sigmas;
            double[] levels = spread.levels(steps, Sigmas.EDM_MIN, Sigmas.EDM_MAX);
            return exploding(network, levels, spread.min(Sigmas.EDM_MIN));
        }
        double[] timesteps = spacing.continuous(discrete.schedule().timesteps(), steps, stepsOffset);
        if (sigmas == null) {
            return exploding(discrete, timesteps);
        }
        double least = discrete.sigma(timesteps[steps - 1]);
        double most = discrete.sigma(steps == 1 ? discrete.schedule().timesteps() - 1.0 : timesteps[0]);
        return exploding(network, sigmas.levels(steps, least, most), discrete.sigma(0.0));
    }

    private List<NoiseLevel> exploding(Parameterization network, double[] levels, double least) {
        List<NoiseLevel> all = new ArrayList<>();
        for (double sigma : levels) {
            all.add(NoiseLevel.exploding(network.timestepOf(sigma), sigma));
        }
        double last = Math.min(least, levels[levels.length - 1]);
        all.add(endsAtLeastSigma ? NoiseLevel.exploding(network.timestepOf(last), last) : NoiseLevel.exploding(0, 0));
        return all;
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

    /**
     * Levels on an image scaled so that alpha² + sigma² = 1, for DDIM and its relatives: those of the timesteps that are
     * visited, or spread over sigma.
     *
     * @param sampler says the levels of timesteps
     */
    List<NoiseLevel> preserving(Sampler sampler, Parameterization network, int steps) {
        return network instanceof DiscreteTime discrete && visitsTimesteps(network)
                ? sampler.levelsAt(discrete, timesteps(discrete, steps))
                : preserving(network, steps);
    }

    /** The same, spread over sigma. */
    List<NoiseLevel> preserving(Parameterization network, int steps) {
        return exploding(network, steps).stream()
                .map(level -> NoiseLevel.preservingSigma(level.timestep(), level.sigma()))
                .toList();
    }

    /**
     * Levels for multistep solvers, variance preserving for networks of discrete time.
     *
     * @param lambdaMin least ln(alpha/sigma) a level may have
     */
    List<NoiseLevel> multistep(Parameterization network, int steps, double lambdaMin) {
        if (!(network instanceof DiscreteTime discrete)) {
            return exploding(network, steps);
        }
        int trained = discrete.schedule().timesteps();
        if (sigmas == null) {
            return multistep(discrete, spacing.multistep(trained, end(discrete, lambdaMin), steps, stepsOffset));
        }
        Spacing.requireSteps(trained, steps);
        List<NoiseLevel> levels = new ArrayList<>();
        for (double sigma : sigmas.levels(steps, discrete.sigma(0.0), discrete.sigma(trained - 1.0))) {
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

    /**
     * What pure noise is multiplied with to be a state of the first level (diffusers' {@code init_noise_sigma}). The
     * image is thought to have unit variance, except where diffusers starts a schedule from full noise.
     */
    double initialScale(Parameterization network, NoiseLevel first) {
        boolean fullNoise = spacing != Spacing.LEADING && network instanceof DiscreteTime;
        return fullNoise ? first.sigma() : first.size();
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
