package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Mix;
import io.stepwise.diffusion.NoiseLevel;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * UniPC (Zhao et al. 2023, https://arxiv.org/abs/2302.04867, algorithms 5 to 8, B(h) version): every network output is
 * used twice, to correct the step that led to it (UniC) and to predict the next (UniP), at one call per step. m below
 * is what is extrapolated: the clean image, or the noise.
 *
 * <p>Registers: r0 the predicted state, r1 the corrected state of the step before, r2 … r(order+1) the m of earlier
 * steps, the latest first.
 *
 * @param order 1, 2 or 3
 * @param b the function B(h)
 * @param predictX0 whether m is the clean image, or the noise (which is never clipped)
 * @param grid of the noise levels
 * @param clip of the clean image
 * @param lowerOrderFinal whether the last steps have falling orders
 * @param uncorrected the numbers, from 0, of steps that are not corrected afterwards
 */
public record UniPc(
        int order,
        StepFunction b,
        boolean predictX0,
        TimeGrid grid,
        Clip clip,
        boolean lowerOrderFinal,
        Set<Integer> uncorrected)
        implements Sampler {

    /** B(h) = h, or e^h - 1. */
    public enum StepFunction {
        BH1,
        BH2
    }

    public UniPc {
        if (order < 1 || order > 3) {
            throw new IllegalArgumentException("order " + order + " must be 1, 2 or 3");
        }
        if (!predictX0 && !clip.equals(Clip.NONE)) {
            throw new IllegalArgumentException("clip " + clip + " must be none where the noise is extrapolated");
        }
        uncorrected = Set.copyOf(uncorrected);
    }

    /** Order 2, B(h) = e^h - 1, of the clean image, unclipped, every step corrected. */
    public static UniPc secondOrder(TimeGrid grid) {
        return new UniPc(2, StepFunction.BH2, true, grid, Clip.NONE, true, Set.of());
    }

    /** The same with another clip. */
    public UniPc withClip(Clip other) {
        return new UniPc(order, b, predictX0, grid, other, lowerOrderFinal, uncorrected);
    }

    @Override
    public List<NoiseLevel> levels(Parameterization network, int steps) {
        return grid.multistep(network, steps, Double.NEGATIVE_INFINITY);
    }

    @Override
    public List<NoiseLevel> levelsAt(DiscreteTime network, double[] timesteps) {
        return grid.multistep(network, timesteps);
    }

    @Override
    public Trajectory along(Parameterization network, List<NoiseLevel> levels, int first) {
        List<ReverseStep> steps = new ArrayList<>();
        for (int i = first; i < levels.size() - 1; i++) {
            steps.add(step(network.call(levels.get(i)), levels, i, first));
        }
        NoiseLevel start = levels.get(first);
        double scale = start.variancePreserving() ? 1 : grid.initialScale(network, start);
        return new Trajectory(order + 2, scale, start, steps);
    }

    /** The new m corrects the state, and the corrected state and the m of earlier steps predict the next state. */
    private ReverseStep step(Parameterization.Call call, List<NoiseLevel> levels, int i, int first) {
        Mix m = predictX0 ? new Mix().x0(1) : call.eps();
        Mix corrected = i > first && !uncorrected.contains(i - 1)
                ? corrected(m, levels, i, orderAt(levels, i - 1, first))
                : new Mix().state(1);
        Mix[] next = new Mix[order + 2];
        next[0] = predicted(corrected, m, levels, i, orderAt(levels, i, first));
        next[1] = corrected;
        next[2] = m;
        for (int number = 3; number < next.length; number++) {
            next[number] = new Mix().register(number - 1, 1);
        }
        return ReverseStep.of(call, clip, next);
    }

    /** The m of {@code ago} steps ago, 1 or more. */
    private static Mix earlier(int ago) {
        return new Mix().register(1 + ago, 1);
    }

    /** UniP, algorithm 6: from level i to level i+1. */
    private Mix predicted(Mix state, Mix m, List<NoiseLevel> levels, int i, int orderNow) {
        Span span = new Span(levels.get(i), levels.get(i + 1));
        Mix x = span.exact(state, m);
        if (orderNow == 1) {
            return x;
        }
        double[] ratios = ratios(levels, i, orderNow, span);
        double[] rho = orderNow == 2 ? new double[] {.5} : span.rho(ratios);
        for (int ago = 1; ago < orderNow; ago++) {
            double factor = span.residual() * rho[ago - 1] / ratios[ago - 1];
            x = x.plus(-factor, earlier(ago)).plus(factor, m);
        }
        return x;
    }

    /** UniC, algorithm 5: the step from level i-1 to level i again, now that m at its end is known. */
    private Mix corrected(Mix m, List<NoiseLevel> levels, int i, int orderThen) {
        Span span = new Span(levels.get(i - 1), levels.get(i));
        Mix then = earlier(1);
        Mix x = span.exact(new Mix().register(1, 1), then);
        double[] ratios = Arrays.copyOf(ratios(levels, i - 1, orderThen, span), orderThen);
        ratios[orderThen - 1] = 1; // of m, at the end of the step
        double[] rho = orderThen == 1 ? new double[] {.5} : span.rho(ratios);
        for (int k = 0; k < orderThen; k++) {
            double factor = span.residual() * rho[k] / ratios[k];
            x = x.plus(-factor, k == orderThen - 1 ? m : earlier(2 + k)).plus(factor, then);
        }
        return x;
    }

    /** Where the levels before level i lie, in units of the step's h: order - 1 negative numbers. */
    private static double[] ratios(List<NoiseLevel> levels, int i, int orderNow, Span span) {
        double[] ratios = new double[orderNow - 1];
        for (int ago = 1; ago < orderNow; ago++) {
            ratios[ago - 1] = (levels.get(i - ago).lambda() - levels.get(i).lambda()) / span.h;
        }
        return ratios;
    }

    private int orderAt(List<NoiseLevel> levels, int i, int first) {
        int left = levels.size() - 1 - i;
        int highest = DpmSolverPP.isFirstOrder(levels, i) ? 1 : lowerOrderFinal ? Math.min(order, left) : order;
        return Math.min(highest, i - first + 1);
    }

    /** One step in lambda: {@code h = lambda(to) - lambda(from)}, and the functions of it. */
    private final class Span {
        private final NoiseLevel from;
        private final NoiseLevel to;
        private final double h;

        Span(NoiseLevel from, NoiseLevel to) {
            this.from = from;
            this.to = to;
            this.h = to.lambda() - from.lambda();
        }

        /** -alpha·(e^-h - 1) for the clean image, -sigma·(e^h - 1) for the noise: the weight of a constant m. */
        private double weight() {
            return predictX0 ? -to.alpha() * Math.expm1(-h) : to.sigma() - to.alpha() * from.sigma() / from.alpha();
        }

        /** The step if m were constant. */
        Mix exact(Mix state, Mix m) {
            double ofState = predictX0 ? to.sigma() / from.sigma() : to.alpha() / from.alpha();
            return new Mix().plus(ofState, state).plus(weight(), m);
        }

        /** alpha·B(h) (or sigma·B(h)): the weight of the differences of m. */
        double residual() {
            if (b == StepFunction.BH2) {
                return -weight();
            }
            return predictX0 ? -to.alpha() * h : to.sigma() * h;
        }

        /** Solves R·rho = b for as many unknowns as there are ratios; row k of R is ratio^k. */
        double[] rho(double[] ratios) {
            double hh = predictX0 ? -h : h;
            double divisor = b == StepFunction.BH1 ? hh : Math.expm1(hh);
            double phi = Math.expm1(hh) / hh - 1;
            double factorial = 1;
            int count = ratios.length;
            double[][] rows = new double[count][count + 1];
            for (int k = 0; k < count; k++) {
                for (int j = 0; j < count; j++) {
                    rows[k][j] = Math.pow(ratios[j], k);
                }
                rows[k][count] = phi * factorial / divisor;
                factorial *= k + 2;
                phi = phi / hh - 1 / factorial;
            }
            return solved(rows);
        }
    }

    /** Gauss-Jordan elimination; the pivots of a Vandermonde matrix of distinct ratios are not 0. */
    private static double[] solved(double[][] rows) {
        int count = rows.length;
        for (int pivot = 0; pivot < count; pivot++) {
            add(rows[pivot], 1 / rows[pivot][pivot] - 1, rows[pivot].clone());
            for (int other = 0; other < count; other++) {
                if (other != pivot) {
                    add(rows[other], -rows[other][pivot], rows[pivot]);
                }
            }
        }
        double[] solution = new double[count];
        for (int k = 0; k < count; k++) {
            solution[k] = rows[k][count];
        }
        return solution;
    }

    private static void add(double[] target, double factor, double[] row) {
        for (int i = 0; i < target.length; i++) {
            target[i] += factor * row[i];
        }
    }
}
