package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.diffusion.Posterior;
import io.stepwise.diffusion.Prediction;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Training on the timesteps 0 … T-1 of a noise schedule (Ho et al. 2020, algorithm 1), drawn uniformly or by their log-SNR.
 * With a learned variance the loss is the hybrid one of Nichol and Dhariwal 2021 (eq. 16), weighed as in their code
 * (RESCALED_MSE): the term of the bound in bits per element, times T / 1000.
 */
final class DiscreteObjective implements Objective {
    private static final int QUARTERS = 4;

    /** λ of the hybrid loss, which counts the whole bound: T times the mean of its terms. */
    private static final double BOUND_SHARE = .001;

    private final double[][] coefficients;
    private final @Nullable TimestepDistribution distribution;

    /** @param levels distribution of the log-SNR; null draws every timestep alike */
    DiscreteObjective(DiscreteTime network, TrainingSpec spec, @Nullable LogSnrDistribution levels) {
        distribution = levels == null ? null : TimestepDistribution.of(network, levels);
        double[] weights = spec.lossWeighting().table(network.schedule(), network.prediction());
        coefficients = new double[weights.length][];
        for (int t = 0; t < weights.length; t++) {
            double[] simple = simple(network, t, weights[t]);
            coefficients[t] = spec.variance() == TrainingSpec.Variance.FIXED ? simple : hybrid(network, t, simple);
        }
    }

    private static double[] simple(DiscreteTime network, int t, double weight) {
        double a = network.schedule().alphasCumprod(t);
        Prediction prediction = network.prediction();
        return new double[] {
            Math.sqrt(a), Math.sqrt(1 - a), prediction.targetOfImage(a), prediction.targetOfNoise(a), weight
        };
    }

    private static double[] hybrid(DiscreteTime network, int t, double[] simple) {
        double a = network.schedule().alphasCumprod(t);
        Posterior posterior = Posterior.of(network.schedule(), t);
        double[] bound = {
            BOUND_SHARE * network.schedule().timesteps(),
            network.prediction().imageOfState(a),
            network.prediction().imageOfOutput(a),
            posterior.ofImage(),
            posterior.ofState(),
            posterior.logVariance(),
            posterior.logBeta(),
            t == 0 ? 1 : 0
        };
        return DoubleStream.concat(Arrays.stream(simple), Arrays.stream(bound)).toArray();
    }

    @Override
    public int rows() {
        return coefficients[0].length;
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
