package io.stepwise.diffusion;

/**
 * The distribution of x_{t-1} given x_t and the clean image, N({@code ofImage·x0 + ofState·x_t}, e^{@code logVariance})
 * (Ho et al. 2020, https://arxiv.org/abs/2006.11239, eq. 6 and 7), which the model's step from t to t-1 is compared with.
 *
 * @param ofImage factor of the clean image in the mean
 * @param ofState factor of x_t in the mean
 * @param logVariance ln of the variance; that of t = 0, zero, is replaced by that of t = 1
 * @param logBeta ln of β_t, the upper end of a learned variance; {@code logVariance} is the lower end (Nichol and
 *     Dhariwal 2021, https://arxiv.org/abs/2102.09672, eq. 15)
 */
public record Posterior(double ofImage, double ofState, double logVariance, double logBeta) {
    /** The posterior at timestep {@code t}, 0 … T-1. */
    public static Posterior of(NoiseSchedule schedule, int t) {
        double noise = 1 - schedule.alphasCumprod(t);
        double before = t == 0 ? 1 : schedule.alphasCumprod(t - 1);
        double beta = schedule.beta(t);
        int at = Math.max(t, 1);
        double variance = schedule.beta(at) * (1 - schedule.alphasCumprod(at - 1)) / (1 - schedule.alphasCumprod(at));
        return new Posterior(
                Math.sqrt(before) * beta / noise,
                Math.sqrt(1 - beta) * (1 - before) / noise,
                Math.log(variance),
                Math.log(beta));
    }
}
