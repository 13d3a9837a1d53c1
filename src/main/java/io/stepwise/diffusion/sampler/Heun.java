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
 * Heun's second-order method on the probability flow (Karras et al. 2022, https://arxiv.org/abs/2206.00364, algorithms
 * 1 and 2): an Euler step, and then the same step again with the mean of the slopes at both ends. Two network calls per
 * step, one for the last. r1 holds half of the way: the state at the step's start moved by half the first slope.
 *
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param churn before each step
 */
public record Heun(TimeGrid grid, Clip clip, Churn churn) implements Sampler {
    /** Unclipped and without churn. */
    public static Heun of(TimeGrid grid) {
        return new Heun(grid, Clip.NONE, Churn.NONE);
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
        int last = levels.size() - 1;
        for (int i = first; i < last; i++) {
            NoiseLevel from = levels.get(i);
            NoiseLevel to = levels.get(i + 1);
            double hat = churn.raised(from.sigma(), last);
            if (hat > from.sigma()) {
                Mix raised = new Mix().state(1).noise(churn.deviation(from.sigma(), hat));
                steps.add(ReverseStep.withoutNetwork(i + 1, raised, new Mix().register(1, 1)));
                from = NoiseLevel.exploding(network.timestepOf(hat), hat);
            }
            double h = to.sigma() - hat;
            steps.add(slope(network.call(from), h / hat));
            if (to.sigma() > 0) {
                steps.add(correction(network.call(to), h / (2 * to.sigma())));
            }
        }
        NoiseLevel start = levels.get(first);
        return new Trajectory(2, grid.initialScale(network, start), start, steps);
    }

    /** The whole way along the first slope, {@code x' = x + k·(x - x0)}; half of it into r1. */
    private ReverseStep slope(Parameterization.Call call, double k) {
        Mix whole = new Mix().state(1 + k).x0(-k);
        Mix half = new Mix().state(1 + k / 2).x0(-k / 2);
        return ReverseStep.of(call, clip, whole, half);
    }

    /** The second half along the slope at the end, {@code x' = r1 + k·(x - x0)}. */
    private ReverseStep correction(Parameterization.Call call, double k) {
        return ReverseStep.of(call, clip, new Mix().register(1, 1).state(k).x0(-k), new Mix());
    }
}
