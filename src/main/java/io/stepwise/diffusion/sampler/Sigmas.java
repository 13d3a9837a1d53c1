package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.BetaTables;
import org.jspecify.annotations.Nullable;

/**
 * Noise levels spread over sigma, the noise per unit of signal: evenly in sigma^(1/rho) (Karras et al. 2022,
 * https://arxiv.org/abs/2206.00364, eq. 5), or evenly in ln sigma, which is the limit for an infinite rho.
 *
 * @param min the least sigma, above 0; null for that of the network
 * @param max the greatest sigma, above min; null for that of the network
 * @param rho above 0; the greater, the more levels near min; infinite for levels even in ln sigma
 */
public record Sigmas(@Nullable Double min, @Nullable Double max, double rho) {
    /** The paper's rho. */
    public static final double RHO = 7;

    /** The range of the network with the paper's rho. */
    public static final Sigmas KARRAS = new Sigmas(null, null, RHO);

    /** The range of the network, evenly in ln sigma. */
    public static final Sigmas EXPONENTIAL = new Sigmas(null, null, Double.POSITIVE_INFINITY);

    static final double EDM_MIN = .002;
    static final double EDM_MAX = 80;

    /** The paper's range and rho, for networks preconditioned as in EDM. */
    public static final Sigmas EDM = new Sigmas(EDM_MIN, EDM_MAX, RHO);

    public Sigmas {
        requirePositive("sigma_min", min);
        requirePositive("sigma_max", max);
        if (min != null && max != null && min >= max) {
            throw new IllegalArgumentException("sigma_min " + min + " must be below sigma_max " + max);
        }
        if (!(rho > 0)) {
            throw new IllegalArgumentException("rho " + rho + " must be above 0");
        }
    }

    private static void requirePositive(String name, @Nullable Double sigma) {
        if (sigma != null && !(sigma > 0 && sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " " + sigma + " must be above 0");
        }
    }

    /** Whether the levels are even in ln sigma. */
    boolean isEvenInLog() {
        return Double.isInfinite(rho);
    }

    /** The least sigma; {@code least} where that is the network's. */
    double min(double least) {
        return min == null ? least : min;
    }

    /** The greatest sigma; {@code most} where that is the network's. */
    double max(double most) {
        return max == null ? most : max;
    }

    /**
     * The levels, falling from max to min; one level is max.
     *
     * @param least the network's least sigma
     * @param most the network's greatest sigma
     */
    double[] levels(int steps, double least, double most) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps " + steps + " must be 1 or more");
        }
        double high = scale(max(most));
        double low = scale(min(least));
        double[] sigmas = BetaTables.linspace(0, 1, steps);
        for (int i = 0; i < steps; i++) {
            double scaled = high + sigmas[i] * (low - high);
            sigmas[i] = isEvenInLog() ? Math.exp(scaled) : Math.pow(scaled, rho);
        }
        sigmas[steps - 1] = min(least); // without the rounding of the powers
        sigmas[0] = max(most);
        return sigmas;
    }

    private double scale(double sigma) {
        return isEvenInLog() ? Math.log(sigma) : Math.pow(sigma, 1 / rho);
    }
}
