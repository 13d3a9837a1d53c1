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
 * DPM-Solver++ as a multistep method (Lu et al. 2022, https://arxiv.org/abs/2211.01095, algorithm 2 and appendix B):
 * the clean images of the last {@code order} steps are extrapolated as a polynomial in lambda = ln(alpha / sigma), and
 * the rest is integrated exactly. r1 … r(order-1) hold the clean images of earlier steps, the latest first.
 *
 * @param order 1 (the same as DDIM), 2 or 3
 * @param rule how order 2 weighs the slope
 * @param sde whether the reverse diffusion is solved, with noise, and not the probability flow
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param lambdaMin levels noisier than this are left out; -5.1 for cosine schedules, -infinity for none
 * @param lowerOrderFinal whether runs of fewer than 15 steps end with lower orders
 * @param eulerAtFinal whether the last step is of order 1 in any case
 */
public record DpmSolverPP(
        int order,
        SecondOrderRule rule,
        boolean sde,
        TimeGrid grid,
        Clip clip,
        double lambdaMin,
        boolean lowerOrderFinal,
        boolean eulerAtFinal)
        implements Sampler {
    private static final int FEW_STEPS = 15;

    /** The two second-order rules. */
    public enum SecondOrderRule {
        MIDPOINT,
        HEUN
    }

    public DpmSolverPP {
        if (order < 1 || order > 3) {
            throw new IllegalArgumentException("order " + order + " must be 1, 2 or 3");
        }
        if (!(lambdaMin < 0)) {
            throw new IllegalArgumentException("lambdaMin " + lambdaMin + " must be below 0");
        }
    }

    /** Order 2, midpoint, unclipped: "2M". */
    public static DpmSolverPP secondOrder(TimeGrid grid) {
        return new DpmSolverPP(
                2, SecondOrderRule.MIDPOINT, false, grid, Clip.NONE, Double.NEGATIVE_INFINITY, true, false);
    }

    /** The same along another grid. */
    public DpmSolverPP along(TimeGrid other) {
        return new DpmSolverPP(order, rule, sde, other, clip, lambdaMin, lowerOrderFinal, eulerAtFinal);
    }

    /** The same with another clip. */
    public DpmSolverPP withClip(Clip other) {
        return new DpmSolverPP(order, rule, sde, grid, other, lambdaMin, lowerOrderFinal, eulerAtFinal);
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        return grid.multistep(network, steps, lambdaMin);
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return grid.multistep(network, timesteps);
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        List<ReverseStep> steps = new ArrayList<>();
        for (int i = first; i < levels.size() - 1; i++) {
            steps.add(step(network.call(levels.get(i)), levels, i, orderAt(levels, i, first)));
        }
        NoiseLevel start = levels.get(first);
        double scale = start.variancePreserving() ? 1 : grid.initialScale(network, start);
        return new Trajectory(order, scale, start, steps);
    }

    private int orderAt(List<NoiseLevel> levels, int i, int first) {
        int count = levels.size() - 1;
        boolean fewSteps = lowerOrderFinal && count < FEW_STEPS;
        if (i == count - 1 && (fewSteps || eulerAtFinal || isFirstOrder(levels, i))) {
            return 1;
        }
        int warm = Math.min(order, i - first + 1);
        return i == count - 2 && fewSteps ? Math.min(2, warm) : warm;
    }

    /** Whether the step from level i can only be of order 1: it ends without noise, or where it starts. */
    static boolean isFirstOrder(List<NoiseLevel> levels, int i) {
        double end = levels.get(i + 1).sigma();
        return end == 0 || end == levels.get(i).sigma();
    }

    /** {@code x' = sigma'/sigma·x + alpha'·(the clean image, extrapolated) + noise}; then the clean images move on by one. */
    private ReverseStep step(Parameterization.Call call, List<NoiseLevel> levels, int i, int orderNow) {
        NoiseLevel from = levels.get(i);
        NoiseLevel to = levels.get(i + 1);
        double h = to.lambda() - from.lambda();
        Mix[] next = new Mix[order];
        next[0] = new Mix()
                .state(to.sigma() / from.sigma() * (sde ? Math.exp(-h) : 1))
                .plus(to.alpha(), extrapolated(levels, i, orderNow, h))
                .noise(sde ? to.sigma() * Math.sqrt(-Math.expm1(-2 * h)) : 0);
        for (int ago = 1; ago < order; ago++) {
            next[ago] = image(ago - 1);
        }
        return ReverseStep.of(call, clip, i + 1, next);
    }

    /** The clean image of {@code ago} steps ago, m_ago. */
    private static Mix image(int ago) {
        return ago == 0 ? new Mix().x0(1) : new Mix().register(ago, 1);
    }

    /** With D1, D2 the divided differences of the clean images and g(h) = 1 - e^-h (e^-2h for the SDE): {@code g·m0 + c1·D1 + c2·D2}. */
    private Mix extrapolated(List<NoiseLevel> levels, int i, int orderNow, double h) {
        double g = -Math.expm1(sde ? -2 * h : -h);
        Mix constant = new Mix().plus(g, image(0));
        if (orderNow == 1) {
            return constant;
        }
        double rate = sde ? 2 * h : h;
        double first = 1 - g / rate;
        double r0 = (levels.get(i).lambda() - levels.get(i - 1).lambda()) / h;
        Mix latest = image(0).plus(-1, image(1));
        if (orderNow == 2) { // D1 = latest/r0
            return constant.plus((rule == SecondOrderRule.MIDPOINT ? g / 2 : first) / r0, latest);
        }
        double r1 = (levels.get(i - 1).lambda() - levels.get(i - 2).lambda()) / h;
        Mix earlier = image(1).plus(-1, image(2));
        double second = sde ? (g - rate) / (rate * rate) - .5 : (g - h) / (h * h) + .5;
        // D1 = latest/r0 + r0·D2, D2 = (latest/r0 - earlier/r1) / (r0 + r1)
        double curvature = (first * r0 + second) / (r0 + r1);
        return constant.plus((first + curvature) / r0, latest).plus(-curvature / r1, earlier);
    }
}
