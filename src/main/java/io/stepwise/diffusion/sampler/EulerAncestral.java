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
 * Euler's method to a noise level below the next one, and fresh noise up to the next one (k-diffusion, {@code
 * sample_euler_ancestral} and {@code get_ancestral_step}); with eta 1 the amount of noise is that of DDPM's posterior.
 *
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param eta share of the noise that is fresh, 0 (none) … 1
 * @param noise s_noise, the standard deviation of the fresh noise, 0 or more; with 1 the state has the next noise level
 */
public record EulerAncestral(TimeGrid grid, Clip clip, double eta, double noise) implements Sampler {
    public EulerAncestral {
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta " + eta + " must be 0 to 1");
        }
        if (!(noise >= 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise " + noise + " must be 0 or more");
        }
    }

    /** Unclipped, with eta and noise 1. */
    public static EulerAncestral of(TimeGrid grid) {
        return new EulerAncestral(grid, Clip.NONE, 1, 1);
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        return grid.exploding(network, steps);
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return grid.exploding(network, timesteps);
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        List<ReverseStep> steps = new ArrayList<>();
        for (int i = first; i < levels.size() - 1; i++) {
            double sigma = levels.get(i).sigma();
            double next = levels.get(i + 1).sigma();
            double up = Math.min(next, eta * next * Math.sqrt(sigma * sigma - next * next) / sigma);
            double down = Math.sqrt(next * next - up * up);
            double ratio = down / sigma;
            Mix x = new Mix().state(ratio).x0(1 - ratio).noise(noise * up);
            steps.add(ReverseStep.of(network.call(levels.get(i)), clip, i + 1, x));
        }
        NoiseLevel start = levels.get(first);
        return new Trajectory(1, grid.initialScale(network, start), start, steps);
    }
}
