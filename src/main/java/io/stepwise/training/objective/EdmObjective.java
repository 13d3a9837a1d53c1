package io.stepwise.training.objective;

import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.LogSnrDistribution;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.checkpoint.ObjectiveState;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The loss of Karras et al. 2022 (https://arxiv.org/abs/2206.00364, eq. 8 and section 5): σ is drawn, and the error of
 * the clean image counts λ(σ) = 1 / c_out(σ)². That is the plain error of the network inside of the preconditioning,
 * whose input and target have unit variance at every σ.
 *
 * @param edm the preconditioning
 * @param levels of -2 ln σ
 */
public record EdmObjective(EdmPreconditioning edm, LogSnrDistribution levels) implements Objective {
    @Override
    public int rows() {
        return TrainingBatch.rows(false);
    }

    @Override
    public Level draw(RandomGenerator random, double progress) {
        return at(Math.exp(-levels.draw(random) / 2));
    }

    /** The level of noise {@code sigma}, above 0. */
    public Level at(double sigma) {
        double cIn = edm.cIn(sigma);
        return new Level(
                edm.cNoise(sigma),
                new double[] {cIn, cIn * sigma, edm.targetOfImage(sigma), edm.targetOfNoise(sigma), 1});
    }

    @Override
    public ObjectiveState state() {
        return new ObjectiveState(edm.sigmaData(), List.of());
    }

    /** Quarters of the distribution of σ: each has as many images as the others. */
    @Override
    public int quarter(double timestep) {
        double logSnr = -2 * Math.log(edm.sigmaOf(timestep));
        return (int) Math.min(LossSums.QUARTERS * (1 - levels.cumulative(logSnr)), LossSums.QUARTERS - 1);
    }
}
