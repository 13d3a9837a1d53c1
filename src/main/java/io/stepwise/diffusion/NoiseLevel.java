package io.stepwise.diffusion;

/**
 * How noisy a state is: {@code x = alpha·x0 + sigma·eps}.
 *
 * @param timestep where that is on the schedule's 0 … T-1, possibly between two; 0 if no noise is left
 * @param alpha amplitude of the image, 0 or more
 * @param sigma amplitude of the noise, 0 or more
 * @param variancePreserving whether alpha² + sigma² = 1 by construction (DDPM, DDIM) or alpha = 1 (Euler, Heun, EDM)
 */
public record NoiseLevel(double timestep, double alpha, double sigma, boolean variancePreserving) {
    public NoiseLevel {
        if (!(alpha >= 0 && sigma >= 0 && alpha + sigma > 0 && alpha + sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "alpha " + alpha + " and sigma " + sigma + " must be 0 or more, finite and not both 0");
        }
    }

    /** alpha² = ᾱ and sigma² = 1 - ᾱ. */
    public static NoiseLevel preserving(double timestep, double alphasCumprod) {
        return new NoiseLevel(timestep, Math.sqrt(alphasCumprod), Math.sqrt(1 - alphasCumprod), true);
    }

    /** Noise {@code sigma} per unit of signal, scaled so that alpha² + sigma² = 1. */
    public static NoiseLevel preservingSigma(double timestep, double sigma) {
        double alpha = 1 / Math.sqrt(1 + sigma * sigma);
        return new NoiseLevel(timestep, alpha, sigma * alpha, true);
    }

    /** Noise {@code sigma} on the unscaled image. */
    public static NoiseLevel exploding(double timestep, double sigma) {
        return new NoiseLevel(timestep, 1, sigma, false);
    }

    /** sqrt(alpha² + sigma²): the size of the state of an image of unit variance. */
    public double size() {
        return variancePreserving ? 1 : Math.sqrt(alpha * alpha + sigma * sigma);
    }

    /** ln(alpha / sigma); infinite without noise. */
    public double lambda() {
        return Math.log(alpha) - Math.log(sigma);
    }
}
