package io.stepwise.diffusion.sampler;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Posterior;
import io.stepwise.diffusion.Prediction;

/**
 * How many bits a model needs per element of an image: the variational bound on the negative log-likelihood (Ho
 * et al. 2020, https://arxiv.org/abs/2006.11239, eq. 5 and 13), with fixed variances or a learned one (Nichol and
 * Dhariwal 2021, https://arxiv.org/abs/2102.09672, section 3). The whole bound is the sum of {@link #term} over all t,
 * each at an x_t drawn for it, and {@link #prior}.
 *
 * <p>Images have 256 levels in [-1, 1]; results are in bits per element.
 *
 * @param schedule with signal left at T-1
 * @param prediction what the network predicts
 * @param variance of the model's steps
 * @param clips whether the predicted clean image is held within [-1, 1], as in sampling; training does not
 */
public record VariationalBound(NoiseSchedule schedule, Prediction prediction, Ddpm.Variance variance, boolean clips) {
    private static final double HALF_LEVEL = 1 / 255.0;
    private static final double LEAST_PROBABILITY = 1e-12;

    /**
     * The divergence of the model's step from t to t-1 from the true posterior, or at t = 0 the code length of the image
     * itself.
     *
     * @param t 0 … T-1
     * @param x0 the image
     * @param xt the image with noise at {@code t}
     * @param out the network's output there; twice as long where the variance is learned
     */
    public double term(int t, double[] x0, double[] xt, double[] out) {
        double a = schedule.alphasCumprod(t);
        Posterior posterior = Posterior.of(schedule, t);
        double limit = clips ? 1 : Double.POSITIVE_INFINITY;
        double sum = 0;
        for (int i = 0; i < x0.length; i++) {
            double image = prediction.imageOfState(a) * xt[i] + prediction.imageOfOutput(a) * out[i];
            double mean = posterior.ofImage() * Math.max(-limit, Math.min(image, limit)) + posterior.ofState() * xt[i];
            double log = modelLog(t, posterior, out, x0.length + i);
            sum += t == 0
                    ? -logLikelihood(x0[i], mean, Math.exp(log / 2))
                    : divergence(
                            posterior.ofImage() * x0[i] + posterior.ofState() * xt[i],
                            posterior.logVariance(),
                            mean,
                            log);
        }
        return sum / x0.length / Math.log(2);
    }

    /** The divergence of the image with all its noise, at T-1, from pure noise. */
    public double prior(double[] x0) {
        double a = schedule.alphasCumprod(schedule.timesteps() - 1);
        double sum = 0;
        for (double each : x0) {
            sum += divergence(Math.sqrt(a) * each, Math.log(1 - a), 0, 0);
        }
        return sum / x0.length / Math.log(2);
    }

    /** ln of the model's variance, where learned from element {@code i} of the output. */
    private double modelLog(int t, Posterior posterior, double[] out, int i) {
        return switch (variance) {
            case FIXED_SMALL -> posterior.logVariance();
            case FIXED_LARGE -> t == 0 ? posterior.logVariance() : posterior.logBeta();
            case LEARNED_RANGE -> {
                double share = (out[i] + 1) / 2;
                yield share * posterior.logBeta() + (1 - share) * posterior.logVariance();
            }
        };
    }

    /** KL(N(mean, e^log) || N(otherMean, e^otherLog)) in nats. */
    private static double divergence(double mean, double log, double otherMean, double otherLog) {
        double distance = mean - otherMean;
        return .5 * (otherLog - log + Math.exp(log - otherLog) + distance * distance * Math.exp(-otherLog) - 1);
    }

    /** ln of the probability that a normal variable falls on the level of {@code x}; the outer levels are open. */
    private static double logLikelihood(double x, double mean, double deviation) {
        double below = x < -.999 ? 0 : cumulative((x - mean - HALF_LEVEL) / deviation);
        double upTo = x > .999 ? 1 : cumulative((x - mean + HALF_LEVEL) / deviation);
        return Math.log(Math.max(upTo - below, LEAST_PROBABILITY));
    }

    /** The standard normal distribution function, in the approximation by Page (1977) that the papers' code uses. */
    private static double cumulative(double x) {
        return .5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + .044715 * x * x * x)));
    }
}
