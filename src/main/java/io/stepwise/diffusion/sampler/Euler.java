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
 * Euler's method on the probability flow, {@code dx/dsigma = (x - x0) / sigma} (Karras et al. 2022,
 * https://arxiv.org/abs/2206.00364, algorithm 2 without its second-order correction).
 *
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param churn before each step
 * @param stockChurn whether the network sees the state without the churn's noise, as in diffusers, and not with it
 */
public record Euler(TimeGrid grid, Clip clip, Churn churn, boolean stockChurn) implements Sampler {
    /** Unclipped and without churn. */
    public static Euler of(TimeGrid grid) {
        return new Euler(grid, Clip.NONE, Churn.NONE, false);
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
            double sigma = from.sigma();
            double hat = churn.raised(sigma, last);
            double ratio = levels.get(i + 1).sigma() / hat;
            if (hat > sigma && stockChurn) {
                steps.add(stockStep(network.call(from), hat, ratio, churn.deviation(sigma, hat), i + 1));
                continue;
            }
            if (hat > sigma) {
                steps.add(ReverseStep.withoutNetwork(i + 1, new Mix().state(1).noise(churn.deviation(sigma, hat))));
                from = NoiseLevel.exploding(network.timestepOf(hat), hat);
            }
            steps.add(ReverseStep.of(
                    network.call(from), clip, new Mix().state(ratio).x0(1 - ratio)));
        }
        NoiseLevel start = levels.get(first);
        return new Trajectory(1, grid.initialScale(network, start), start, steps);
    }

    /** With x̂ = x + deviation·z, x0 = p·x̂ + q·out, where q is that of the raised level if the network predicts noise. */
    private ReverseStep stockStep(Parameterization.Call call, double hat, double ratio, double deviation, int draw) {
        double q = call.noiseOfState() == 0 ? -hat : call.q();
        double ofRaised = ratio + (1 - ratio) * call.p();
        Mix next = new Mix().state(ofRaised).output((1 - ratio) * q).noise(ofRaised * deviation);
        return ReverseStep.of(call, clip, draw, next);
    }
}
