package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * DPM-Solver++ as a multistep method (Lu et al. 2022, https://arxiv.org/abs/2211.01095, algorithm 2 and appendix B):
 * the clean images of the last {@code order} steps are extrapolated as a polynomial in lambda = ln(alpha / sigma), and
 * the rest is integrated exactly. r1 … r(order-1) hold the clean images of earlier steps, the latest first.
 *
 * @param order 1 (the same as DDIM), 2 or 3
 * @param kind how order 2 weighs the slope
 * @param sde whether the reverse diffusion is solved, with noise, and not the probability flow
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param lambdaMin levels noisier than this are left out; -5.1 for cosine schedules, -infinity for none
 * @param lowerOrderFinal whether runs of fewer than 15 steps end with lower orders
 * @param eulerAtFinal whether the last step is of order 1 in any case
 */
public record DpmSolverPP(
        int order,
        Kind kind,
        boolean sde,
        TimeGrid grid,
        Clip clip,
        double lambdaMin,
        boolean lowerOrderFinal,
        boolean eulerAtFinal)
        implements Sampler {
    private static final int FEW_STEPS = 15;

    /** The two second-order rules. */
    public enum Kind {
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
        return new DpmSolverPP(2, Kind.MIDPOINT, false, grid, Clip.NONE, Double.NEGATIVE_INFINITY, true, false);
    }

    /** The same with another clip. */
    public DpmSolverPP withClip(Clip other) {
        return new DpmSolverPP(order, kind, sde, grid, other, lambdaMin, lowerOrderFinal, eulerAtFinal);
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
        double scale = start.variancePreserving() ? 1 : start.sigma();
        return new Trajectory(order, scale, start, steps);
    }

    private int orderAt(List<NoiseLevel> levels, int i, int first) {
        int count = levels.size() - 1;
        boolean fewSteps = lowerOrderFinal && count < FEW_STEPS;
        boolean noiseless = levels.get(count).sigma() == 0;
        if (i == count - 1 && (fewSteps || eulerAtFinal || noiseless)) {
            return 1;
        }
        int warm = Math.min(order, i - first + 1);
        return i == count - 2 && fewSteps ? Math.min(2, warm) : warm;
    }

    /** x' = ofState·x + Σ weights[j]·(clean image of j steps ago) + noise; then the clean images move on by one. */
    private ReverseStep step(Parameterization.Call call, List<NoiseLevel> levels, int i, int orderNow) {
        NoiseLevel from = levels.get(i);
        NoiseLevel to = levels.get(i + 1);
        double h = to.lambda() - from.lambda();
        double[] weights = weights(levels, i, orderNow, h);
        int columns = order + 3;
        double[] matrix = new double[order * columns];
        matrix[0] = to.sigma() / from.sigma() * (sde ? Math.exp(-h) : 1);
        matrix[order] = to.alpha() * weights[0];
        for (int ago = 1; ago < orderNow; ago++) {
            matrix[ago] = to.alpha() * weights[ago];
        }
        if (sde) {
            matrix[order + 2] = to.sigma() * Math.sqrt(-Math.expm1(-2 * h));
        }
        for (int row = 1; row < order; row++) {
            matrix[row * columns + (row == 1 ? order : row - 1)] = 1;
        }
        return ReverseStep.of(call, clip, matrix, matrix[order + 2] == 0 ? 0 : i + 1);
    }

    /** With g(h) = 1 - e^-h (e^-2h for the SDE), divided differences D1, D2 of the clean images: g·D0 + c1·D1 + c2·D2, collected by image. */
    private double[] weights(List<NoiseLevel> levels, int i, int orderNow, double h) {
        double g = -Math.expm1(sde ? -2 * h : -h);
        if (orderNow == 1) {
            return new double[] {g};
        }
        double rate = sde ? 2 * h : h;
        double first = 1 - g / rate;
        double r0 = (levels.get(i).lambda() - levels.get(i - 1).lambda()) / h;
        if (orderNow == 2) {
            double c1 = (kind == Kind.MIDPOINT ? g / 2 : first) / r0;
            return new double[] {g + c1, -c1};
        }
        double r1 = (levels.get(i - 1).lambda() - levels.get(i - 2).lambda()) / h;
        double second = sde ? (g - rate) / (rate * rate) - .5 : (g - h) / (h * h) + .5;
        // D1 = d0 + r0/(r0+r1)·(d0 - d1), D2 = (d0 - d1)/(r0+r1), d0 = (m0-m1)/r0, d1 = (m1-m2)/r1
        double curvature = (first * r0 + second) / (r0 + r1);
        double ofD0 = (first + curvature) / r0;
        double ofD1 = -curvature / r1;
        return new double[] {g + ofD0, ofD1 - ofD0, -ofD1};
    }
}
