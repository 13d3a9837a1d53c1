package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Euler's method to a noise level below the next, and fresh noise up to it (k-diffusion, {@code
 * sample_euler_ancestral}); with eta 1 the amount of noise is that of DDPM's posterior.
 *
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param eta 0 (none) … 1
 */
public record EulerAncestral(TimeGrid grid, Clip clip, double eta) implements Sampler {
    public EulerAncestral {
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta " + eta + " must be 0 to 1");
        }
    }

    /** Unclipped, with eta 1. */
    public static EulerAncestral of(TimeGrid grid) {
        return new EulerAncestral(grid, Clip.NONE, 1);
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
            Parameterization.Call call = network.call(levels.get(i));
            steps.add(ReverseStep.single(call, clip, ratio, 1 - ratio, 0, up, i + 1));
        }
        NoiseLevel start = levels.get(first);
        return new Trajectory(1, grid.initialScale(network, start), start, steps);
    }
}
