package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.Parameterization;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** What a network learns: at which noise levels, to predict what, and how much the error counts. */
public interface Objective {
    /**
     * The objective of a specification.
     *
     * @param before what the run has found out so far
     * @throws IllegalArgumentException if its σ_data is still to be measured
     */
    static Objective of(TrainingSpec spec, ObjectiveState before) {
        Parameterization network = network(spec);
        if (network instanceof EdmPreconditioning edm) {
            return new EdmObjective(
                    edm, Objects.requireNonNull(spec.timestepSampling().distribution()));
        }
        DiscreteTime discrete = (DiscreteTime) network;
        return spec.consistency() == null
                ? new DiscreteObjective(discrete, spec, before)
                : new ConsistencyObjective(discrete, spec);
    }

    /**
     * What samplers need to know of the network.
     *
     * @throws IllegalArgumentException if its σ_data is still to be measured
     */
    static Parameterization network(TrainingSpec spec) {
        if (spec.prediction().discrete() != null) {
            return new DiscreteTime(spec.noiseSchedule(), spec.prediction().discrete());
        }
        Double sigmaData = spec.sigmaData() == null ? null : spec.sigmaData().value();
        if (sigmaData == null) {
            throw new IllegalArgumentException("sigma_data must be measured first");
        }
        return new EdmPreconditioning(sigmaData);
    }

    /** How many coefficients a level has. */
    int rows();

    /** How many of the coefficients from {@link TrainingBatch#WEIGHT} on are weights of losses. */
    default int weights() {
        return 1;
    }

    /**
     * @param progress share of the run that is over, 0 … 1
     */
    Level draw(RandomGenerator random, double progress);

    /**
     * Learns from the losses of a batch what decides later draws.
     *
     * @param batch with levels of this objective
     * @param losses of {@link io.stepwise.model.training.TrainingNetwork#accumulateGradients}
     */
    default void learn(TrainingBatch batch, float[] losses) {}

    /** What a checkpoint keeps. */
    ObjectiveState state();

    /** Where a timestep that was drawn lies: 0 (little noise) … 3, the quarters of the statistics. */
    int quarter(double timestep);

    /**
     * The noise level of one image.
     *
     * @param timestep what the network gets as t
     * @param coefficients of the image: a column of {@link TrainingBatch}'s
     */
    @SuppressWarnings("ArrayRecordComponent") // passed on as it is, never compared
    record Level(double timestep, double[] coefficients) {}
}
