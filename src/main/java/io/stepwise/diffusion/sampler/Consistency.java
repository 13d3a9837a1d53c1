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
 * Multistep sampling of consistency models (Song et al. 2023, https://arxiv.org/abs/2303.01469, algorithm 1; latent
 * consistency models of Luo et al. 2023, https://arxiv.org/abs/2310.04378, algorithm 3): every step takes the network's clean
 * image and noises it to the next level with fresh noise alone.
 *
 * @param grid of the noise levels
 * @param clip of the clean image
 */
public record Consistency(TimeGrid grid, Clip clip) implements Sampler {
    /** Clipped to [-1, 1]. */
    public static Consistency of(Spacing spacing) {
        return new Consistency(TimeGrid.of(spacing, 0), Clip.UNIT);
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
            NoiseLevel next = levels.get(i + 1);
            Mix x = new Mix().x0(next.alpha()).noise(next.sigma());
            steps.add(ReverseStep.of(network.call(levels.get(i)), clip, i + 1, x));
        }
        return new Trajectory(1, 1, levels.get(first), steps);
    }
}
