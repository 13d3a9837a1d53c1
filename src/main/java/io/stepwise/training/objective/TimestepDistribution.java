package io.stepwise.training.objective;

import io.stepwise.diffusion.DiscreteTime;
import io.stepwise.diffusion.LogSnrDistribution;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A distribution over the timesteps 0 … T-1, from which {@link #draw} takes by inverting the sums of the probabilities.
 */
@SuppressWarnings("ArrayRecordComponent") // a table, never compared
record TimestepDistribution(double[] cumulative) implements TimestepDraws {
    private static final double LEAST_SIGMA = 1e-9;

    /** @param weights of the timesteps, 0 or more, at least one above; need not sum to 1 */
    static TimestepDistribution of(double[] weights) {
        double[] sums = weights.clone();
        Arrays.parallelPrefix(sums, Double::sum);
        double total = sums[sums.length - 1];
        return new TimestepDistribution(
                Arrays.stream(sums).map(sum -> sum / total).toArray());
    }

    /**
     * A distribution of the log-SNR, cut to the range of the schedule: each timestep gets the probability of the log-SNRs
     * that are nearer to its own than to its neighbours'.
     */
    static TimestepDistribution of(DiscreteTime network, LogSnrDistribution levels) {
        int timesteps = network.schedule().timesteps();
        double[] weights = new double[timesteps];
        for (int t = 0; t < timesteps; t++) {
            double own = logSnr(network, t);
            double above = t == 0 ? 0 : (logSnr(network, t - 1) - own) / 2;
            double below = t == timesteps - 1 ? 0 : (own - logSnr(network, t + 1)) / 2;
            weights[t] = levels.cumulative(own + (t == 0 ? below : above))
                    - levels.cumulative(own - (t == timesteps - 1 ? above : below));
        }
        return of(weights);
    }

    /** ln(α²/σ²) of a timestep, finite even where no signal is left or a double holds no noise. */
    static double logSnr(DiscreteTime network, int timestep) {
        return -2 * Math.log(Math.max(network.sigma((double) timestep), LEAST_SIGMA));
    }

    double probability(int timestep) {
        return cumulative[timestep] - (timestep == 0 ? 0 : cumulative[timestep - 1]);
    }

    /** Takes one number of {@code random}. */
    @Override
    public int draw(RandomGenerator random) {
        int found = Arrays.binarySearch(cumulative, random.nextDouble());
        int first = found < 0 ? -found - 1 : found + 1;
        while (probability(first) == 0) {
            first++;
        }
        return first;
    }
}
