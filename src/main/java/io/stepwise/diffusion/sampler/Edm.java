package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.Trajectory;
import java.util.List;

/**
 * The stochastic sampler of Karras et al. 2022 (https://arxiv.org/abs/2206.00364, algorithm 2): {@link Heun} with churn
 * over levels spread evenly in sigma^(1/rho). Levels outside of what a network of discrete time was trained on are
 * brought to its ends.
 *
 * @param sigmaMin least noise, above 0
 * @param sigmaMax most noise, above sigmaMin
 * @param rho above 0; the greater, the more steps near sigmaMin
 * @param churn before each step
 * @param clip of the clean image
 */
public record Edm(double sigmaMin, double sigmaMax, double rho, Churn churn, Clip clip) implements Sampler {
    /** The paper's constants, without churn. */
    public static final Edm DETERMINISTIC = new Edm(.002, 80, 7, Churn.NONE, Clip.NONE);

    public Edm {
        if (!(sigmaMin > 0 && sigmaMin < sigmaMax && sigmaMax < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "sigmaMin " + sigmaMin + " must be above 0 and below sigmaMax " + sigmaMax);
        }
        if (!(rho > 0 && rho < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("rho " + rho + " must be above 0");
        }
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        if (!(network instanceof DiscreteTime discrete)) {
            return TimeGrid.karras(network, steps, sigmaMin, sigmaMax, rho);
        }
        int trained = discrete.schedule().timesteps();
        Spacing.requireSteps(trained, steps);
        double least = Math.max(sigmaMin, discrete.sigma(0.0));
        double most = Math.min(sigmaMax, discrete.sigma(trained - 1.0));
        return TimeGrid.karras(network, steps, Math.min(least, most), most, rho);
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return TimeGrid.LINSPACE.exploding(network, timesteps);
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        return new Heun(TimeGrid.LINSPACE, clip, churn).along(network, levels, first);
    }
}
