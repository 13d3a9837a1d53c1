package io.stepwise.training.objective;

import java.util.random.RandomGenerator;

/** How timesteps are drawn. */
interface TimestepDraws {
    /** A timestep, 0 … T-1. */
    int draw(RandomGenerator random);

    /** The factor on the loss of a timestep that was drawn: 1 where what is drawn more often is to count more. */
    default double weight(int timestep) {
        return 1;
    }
}
