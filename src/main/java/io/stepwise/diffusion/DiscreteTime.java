package io.stepwise.diffusion;

/**
 * A network trained on the timesteps 0 … T-1 of a noise schedule, as all of diffusers' are.
 *
 * @param schedule the schedule it was trained with
 * @param prediction what it predicts
 */
public record DiscreteTime(NoiseSchedule schedule, Prediction prediction) implements Parameterization {
    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException for epsilon where no signal is left: there the output says nothing of x0
     */
    @Override
    public Call call(NoiseLevel level) {
        double alpha = level.alpha();
        double sigma = level.sigma();
        if (alpha == 0 && prediction == Prediction.EPSILON) {
            throw new IllegalArgumentException("prediction epsilon cannot start at timestep " + level.timestep()
                    + ", where the schedule has zero signal: it must be v_prediction or sample");
        }
        double size = Math.sqrt(alpha * alpha + sigma * sigma);
        double p =
                switch (prediction) {
                    case EPSILON -> 1 / alpha;
                    case SAMPLE -> 0;
                    case V_PREDICTION -> alpha / (size * size);
                };
        double q =
                switch (prediction) {
                    case EPSILON -> -sigma / alpha;
                    case SAMPLE -> 1;
                    case V_PREDICTION -> -sigma / size;
                };
        return new Call(level.timestep(), 1 / size, p, q);
    }
}
