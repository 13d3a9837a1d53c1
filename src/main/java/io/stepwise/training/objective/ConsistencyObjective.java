package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.Prediction;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.spec.ConsistencySpec;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Consistency tuning (Geng et al. 2024, https://arxiv.org/abs/2406.14548): the network learns to see the same clean image
 * from any point of a path from image to noise. An image is noised to a timestep t, and with the same noise to an earlier r,
 * from where the network's own clean image is the target. At first r is so early that the target is the image itself, as in
 * diffusion; in each stage of the run r is nearer to t.
 *
 * <p>With σ the noise of a timestep relative to its signal, r is the last timestep with at most
 * {@code σ(t)·(1 - n(σ(t)) / 2^(stage + 1))}, n(σ) = 1 + 8·sigmoid(-σ) (section 4.2 and table 7), and the clean image itself
 * where there is none. The paper weighs an error with 1 / (σ(t) - σ(r)). As the σ of a schedule go up to thousands, where no
 * error would count any more, differences above 1 count as 1 here.
 */
final class ConsistencyObjective implements Objective {
    private static final double NEARER = 2; // q of the paper
    private static final double EARLIER_WHERE_CLEAN = 8; // its k

    private final DiscreteTime network;
    private final TimestepDraws draws;
    private final double[] sigmas;
    private final int[][] targets; // of each stage, by t; -1 for the clean image

    ConsistencyObjective(DiscreteTime network, TrainingSpec spec) {
        this.network = network;
        draws = DiscreteObjective.draws(network, spec.timestepSampling(), ObjectiveState.NONE);
        ConsistencySpec consistency = Objects.requireNonNull(spec.consistency());
        sigmas = new double[network.schedule().timesteps()];
        for (int t = 0; t < sigmas.length; t++) {
            double a = network.schedule().alphasCumprod(t);
            sigmas[t] = Math.sqrt((1 - a) / a);
        }
        targets = new int[consistency.stages()][];
        for (int stage = 0; stage < targets.length; stage++) {
            targets[stage] = targets(sigmas, stage);
        }
    }

    private static int[] targets(double[] sigmas, int stage) {
        int[] targets = new int[sigmas.length];
        int r = -1;
        for (int t = 0; t < sigmas.length; t++) {
            double n = 1 + EARLIER_WHERE_CLEAN / (1 + Math.exp(sigmas[t]));
            double most = sigmas[t] * (1 - n / Math.pow(NEARER, stage + 1));
            while (r + 1 < t && sigmas[r + 1] <= most) {
                r++;
            }
            targets[t] = r;
        }
        return targets;
    }

    @Override
    public int rows() {
        return TrainingBatch.ROWS_OF_CONSISTENCY;
    }

    @Override
    public Level draw(RandomGenerator random, double progress) {
        int t = draws.draw(random);
        int stage = (int) Math.min(targets.length - 1, progress * targets.length);
        int r = targets[stage][t];
        double[] from = point(t);
        double[] to = r < 0 ? new double[] {1, 0, 1, 0} : point(r);
        double difference = sigmas[t] - (r < 0 ? 0 : sigmas[r]);
        double weight = draws.weight(t) / Math.min(1, difference);
        return new Level(
                t,
                new double[] {from[0], from[1], from[2], from[3], weight, to[0], to[1], Math.max(0, r), to[2], to[3]});
    }

    /** Amplitudes of image and noise, and the factors of state and output in the clean image. */
    private double[] point(int t) {
        double a = network.schedule().alphasCumprod(t);
        Prediction prediction = network.prediction();
        return new double[] {Math.sqrt(a), Math.sqrt(1 - a), prediction.imageOfState(a), prediction.imageOfOutput(a)};
    }

    @Override
    public ObjectiveState state() {
        return ObjectiveState.NONE;
    }

    @Override
    public int quarter(double timestep) {
        return (int) (LossSums.QUARTERS * timestep / sigmas.length);
    }
}
