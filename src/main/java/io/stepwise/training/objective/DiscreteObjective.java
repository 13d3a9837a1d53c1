package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.diffusion.Posterior;
import io.stepwise.diffusion.Prediction;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.spec.TimestepSampling;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;

/**
 * Training on the timesteps 0 … T-1 of a noise schedule (Ho et al. 2020, algorithm 1), drawn uniformly, by their
 * log-SNR or by their losses. With a learned variance the loss is the hybrid one of Nichol and Dhariwal 2021 (eq. 16),
 * weighed as in their code (RESCALED_MSE): the term of the bound in bits per element, times T / 1000.
 */
final class DiscreteObjective implements Objective {
    /** λ of the hybrid loss, which counts the whole bound: T times the mean of its terms. */
    private static final double BOUND_SHARE = .001;

    private final double[][] coefficients;
    private final TimestepDraws draws;

    /** @param before what the run has found out so far */
    DiscreteObjective(DiscreteTime network, TrainingSpec spec, ObjectiveState before) {
        draws = draws(network, spec.timestepSampling(), before);
        double[] weights = spec.lossWeighting().table(network.schedule(), network.prediction());
        coefficients = new double[weights.length][];
        for (int t = 0; t < weights.length; t++) {
            double[] simple = simple(network, t, weights[t]);
            coefficients[t] = spec.variance() == TrainingSpec.Variance.FIXED ? simple : hybrid(network, t, simple);
        }
    }

    /** How a specification draws timesteps. */
    static TimestepDraws draws(DiscreteTime network, TimestepSampling sampling, ObjectiveState before) {
        int timesteps = network.schedule().timesteps();
        LogSnrDistribution levels = sampling.distribution();
        if (levels != null) {
            return TimestepDistribution.of(network, levels);
        }
        return sampling.type() == TimestepSampling.Type.IMPORTANCE
                ? new LossHistory(timesteps, before.timestepLosses())
                : random -> random.nextInt(timesteps);
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
    public int weights() {
        return rows() > TrainingBatch.BOUND_WEIGHT ? 2 : 1;
    }

    @Override
    public Level draw(RandomGenerator random, double progress) {
        int t = draws.draw(random);
        double[] level = coefficients[t].clone();
        for (int i = 0; i < weights(); i++) {
            level[TrainingBatch.WEIGHT + i] *= draws.weight(t);
        }
        return new Level(t, level);
    }

    @Override
    public int quarter(double timestep) {
        return (int) (LossSums.QUARTERS * timestep / coefficients.length);
    }

    /** The history has each image's whole loss, without the weight that its draw gave it. */
    @Override
    public void learn(TrainingBatch batch, float[] losses) {
        if (draws instanceof LossHistory history) {
            int each = losses.length / batch.size();
            double[] whole = new double[batch.size()];
            for (int i = 0; i < whole.length; i++) {
                double[] weights = coefficients[(int) batch.timesteps()[i]];
                for (int j = 0; j < each; j++) {
                    whole[i] += weights[TrainingBatch.WEIGHT + j] * losses[i * each + j];
                }
            }
            history.add(batch.timesteps(), whole);
        }
    }

    @Override
    public ObjectiveState state() {
        return draws instanceof LossHistory history ? new ObjectiveState(null, history.losses()) : ObjectiveState.NONE;
    }
}
