package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.List;

/**
 * How much each step of a training counts in an average of its weights: after {@code steps} steps, step i has the weight
 * {@code (i/steps)^(γ+1) - ((i-1)/steps)^(γ+1)}. This is what {@link EmaDecay.PowerFunction} gives, and the integral of
 * the power function {@code (γ+1)/steps · (t/steps)^γ} over the step (Karras et al. 2024,
 * https://arxiv.org/abs/2312.02696, section 3.1).
 *
 * @param steps of the training when the average was taken, above 0
 * @param gamma the power, above 0
 */
public record PowerProfile(double steps, double gamma) {
    public PowerProfile {
        if (!(steps > 0 && steps < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("steps " + steps + " must be above 0");
        }
        gamma = new EmaDecay.PowerFunction(gamma).gamma();
    }

    /** The profile after {@code steps} steps whose standard deviation is {@code width} of them, in (0, .2887). */
    public static PowerProfile ofWidth(double steps, double width) {
        return new PowerProfile(steps, EmaDecay.PowerFunction.ofWidth(width).gamma());
    }

    /**
     * An average as a sum of others.
     *
     * @param factors of the others; their sum is 1, so that weights that never change stay what they are
     * @param error how far the profile of the sum is from the wanted one, as a share of that one's norm
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Fit(double[] factors, double error) {}

    /**
     * The sum of {@code kept} that is nearest to this profile in the least squares sense (section 3.2 and appendix C.3
     * there), among those whose factors sum to 1.
     *
     * @param kept at least one, all different
     */
    public Fit fit(List<PowerProfile> kept) {
        int n = kept.size();
        double[][] equations = new double[n + 1][n + 2]; // of Lagrange, for the factors and the multiplier
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                equations[i][k] = kept.get(i).dot(kept.get(k)) * steps;
            }
            equations[i][n] = 1;
            equations[n][i] = 1;
            equations[i][n + 1] = kept.get(i).dot(this) * steps;
        }
        equations[n][n + 1] = 1;
        double[] factors = Arrays.copyOf(solve(equations), n);
        return new Fit(factors, error(kept, factors));
    }

    private double error(List<PowerProfile> kept, double[] factors) {
        double square = dot(this);
        for (int i = 0; i < factors.length; i++) {
            square -= 2 * factors[i] * kept.get(i).dot(this);
            for (int k = 0; k < factors.length; k++) {
                square += factors[i] * factors[k] * kept.get(i).dot(kept.get(k));
            }
        }
        return Math.sqrt(Math.max(0, square) / dot(this));
    }

    /** The integral of the product of two profiles, each of which is 0 after its last step (appendix C.3, equation 141 and after). */
    private double dot(PowerProfile other) {
        double both = gamma + other.gamma + 1;
        double logarithm = both * Math.log(Math.min(steps, other.steps))
                - (gamma + 1) * Math.log(steps)
                - (other.gamma + 1) * Math.log(other.steps);
        return (gamma + 1) * (other.gamma + 1) / both * Math.exp(logarithm);
    }

    /** Solves equations, whose right sides are the last column, by Gaussian elimination with pivots. */
    private static double[] solve(double[][] equations) {
        int n = equations.length;
        for (int i = 0; i < n; i++) {
            int pivot = i;
            for (int row = i + 1; row < n; row++) {
                pivot = Math.abs(equations[row][i]) > Math.abs(equations[pivot][i]) ? row : pivot;
            }
            double[] first = equations[pivot];
            equations[pivot] = equations[i];
            equations[i] = first;
            for (int row = i + 1; row < n; row++) {
                double factor = equations[row][i] / first[i];
                for (int column = i; column <= n; column++) {
                    equations[row][column] -= factor * first[column];
                }
            }
        }
        double[] solution = new double[n];
        for (int i = n - 1; i >= 0; i--) {
            double rest = equations[i][n];
            for (int column = i + 1; column < n; column++) {
                rest -= equations[i][column] * solution[column];
            }
            solution[i] = rest / equations[i][i];
        }
        return solution;
    }
}
