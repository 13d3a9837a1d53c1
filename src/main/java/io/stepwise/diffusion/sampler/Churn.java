package io.stepwise.diffusion.sampler;

/**
 * Noise added before a step to undo the errors of earlier ones (Karras et al. 2022, https://arxiv.org/abs/2206.00364,
 * algorithm 2): where tMin <= sigma <= tMax, sigma is first raised by the factor 1 + gamma, gamma = min(amount /
 * steps, sqrt(2) - 1).
 *
 * @param amount S_churn, 0 (none) or more
 * @param tMin S_tmin, 0 or more
 * @param tMax S_tmax, at least tMin, may be infinite
 * @param noise S_noise, the standard deviation of the noise, above 0
 */
public record Churn(double amount, double tMin, double tMax, double noise) {
    /** No noise. */
    public static final Churn NONE = new Churn(0, 0, Double.POSITIVE_INFINITY, 1);

    public Churn {
        if (!(amount >= 0 && amount < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("amount " + amount + " must be 0 or more");
        }
        if (!(tMin >= 0 && tMin <= tMax)) {
            throw new IllegalArgumentException("tMin " + tMin + " must be 0 to tMax " + tMax);
        }
        if (!(noise > 0 && noise < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("noise " + noise + " must be above 0");
        }
    }

    /** The noise level a step of a run of {@code steps} from {@code sigma} starts at instead. */
    double raised(double sigma, int steps) {
        boolean within = tMin <= sigma && sigma <= tMax;
        return within ? sigma * (1 + Math.min(amount / steps, Math.sqrt(2) - 1)) : sigma;
    }

    /** How much standard normal noise raises {@code sigma} to {@code raised}. */
    double deviation(double sigma, double raised) {
        return noise * Math.sqrt(raised * raised - sigma * sigma);
    }
}
