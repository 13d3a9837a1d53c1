package io.stepwise.diffusion;

/**
 * A network trained on the timesteps 0 … T-1 of a noise schedule, as all of diffusers' are.
 *
 * @param schedule the schedule it was trained with
 * @param prediction what it predicts
 */
public record DiscreteTime(NoiseSchedule schedule, Prediction prediction) implements Parameterization {
    /** Replaces a ᾱ of zero where a sampler divides by the signal, as in diffusers; it is the least float16. */
    private static final double LEAST_ALPHAS_CUMPROD = 0x1p-24;

    @Override
    public Call call(NoiseLevel level) {
        double alpha = level.alpha();
        double sigma = level.sigma();
        double size = level.size();
        double t = level.timestep();
        return switch (prediction) {
            case EPSILON -> {
                if (alpha == 0) {
                    throw new IllegalArgumentException("prediction epsilon cannot start at timestep " + t
                            + ", where no signal is left: it must be v_prediction or sample");
                }
                yield new Call(t, 1 / size, 1 / alpha, -sigma / alpha, 0, 1);
            }
            case SAMPLE -> new Call(t, 1 / size, 0, 1, 1 / sigma, -alpha / sigma);
            case V_PREDICTION ->
                new Call(t, 1 / size, alpha / (size * size), -sigma / size, sigma / (size * size), alpha / size);
        };
    }

    /** Noise per unit of signal at a timestep in [0, T-1], between two of them linearly interpolated; never infinite. */
    public double sigma(double timestep) {
        int below = (int) Math.min(Math.floor(timestep), schedule.timesteps() - 2.0);
        double weight = timestep - below;
        double low = sigma(below);
        return weight == 0 ? low : low + weight * (sigma(below + 1) - low);
    }

    private double sigma(int t) {
        double alphasCumprod = schedule.alphasCumprod(t);
        return alphasCumprod > 0 ? schedule.sigma(t) : Math.sqrt((1 - LEAST_ALPHAS_CUMPROD) / LEAST_ALPHAS_CUMPROD);
    }

    /** Interpolated linearly in ln sigma between the timesteps of the schedule, in [0, T-1]. */
    @Override
    public double timestepOf(double sigma) {
        int below = schedule.timesteps() - 2;
        while (below > 0 && sigma(below) > sigma) {
            below--;
        }
        double low = Math.log(sigma(below));
        double high = Math.log(sigma(below + 1));
        double weight = (low - Math.log(sigma)) / (low - high);
        return below + Math.max(0, Math.min(weight, 1));
    }
}
