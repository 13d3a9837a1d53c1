package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.diffusion.LossWeighting;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Training on the timesteps 0 … T-1 of a noise schedule (Ho et al. 2020, algorithm 1), drawn uniformly or by their log-SNR.
 */
final class DiscreteObjective implements Objective {
    private static final int QUARTERS = 4;

    private final double[][] coefficients;
    private final @Nullable TimestepDistribution distribution;

    /** @param levels distribution of the log-SNR; null draws every timestep alike */
    DiscreteObjective(DiscreteTime network, LossWeighting weighting, @Nullable LogSnrDistribution levels) {
        distribution = levels == null ? null : TimestepDistribution.of(network, levels);
        NoiseSchedule schedule = network.schedule();
        Prediction prediction = network.prediction();
        double[] weights = weighting.table(schedule, prediction);
        coefficients = new double[schedule.timesteps()][];
        for (int t = 0; t < coefficients.length; t++) {
            double a = schedule.alphasCumprod(t);
            coefficients[t] = new double[] {
                Math.sqrt(a), Math.sqrt(1 - a), prediction.targetOfImage(a), prediction.targetOfNoise(a), weights[t]
            };
        }
    }

    @Override
    public Level draw(RandomGenerator random) {
        int t = distribution == null ? random.nextInt(coefficients.length) : distribution.draw(random);
        return new Level(t, coefficients[t]);
    }

    @Override
    public int quarter(double timestep) {
        return (int) (QUARTERS * timestep / coefficients.length);
    }
}
