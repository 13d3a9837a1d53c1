package io.stepwise.diffusion;

/**
 * How noisy a state is: {@code x = alpha·x0 + sigma·eps}.
 *
 * @param timestep where that is on the schedule's 0 … T-1, possibly between two; ignored by EDM networks
 * @param alpha amplitude of the image, 0 or more
 * @param sigma amplitude of the noise, 0 or more
 */
public record NoiseLevel(double timestep, double alpha, double sigma) {
    public NoiseLevel {
        if (!(alpha >= 0 && sigma >= 0 && alpha + sigma > 0 && alpha + sigma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "alpha " + alpha + " and sigma " + sigma + " must be 0 or more, finite and not both 0");
        }
    }

    /** The variance-preserving state of DDPM and DDIM: alpha² = ᾱ, sigma² = 1 - ᾱ. */
    static NoiseLevel variancePreserving(double timestep, double alphasCumprod) {
        return new NoiseLevel(timestep, Math.sqrt(alphasCumprod), Math.sqrt(1 - alphasCumprod));
    }

    /** The variance-exploding state of Euler, Heun and EDM: alpha = 1. */
    static NoiseLevel varianceExploding(double timestep, double sigma) {
        return new NoiseLevel(timestep, 1, sigma);
    }

    /** λ = ln(alpha / sigma); infinite without noise. */
    double lambda() {
        return Math.log(alpha) - Math.log(sigma);
    }
}
