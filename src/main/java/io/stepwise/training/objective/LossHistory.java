package io.stepwise.training.objective;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws timesteps by how large their losses are (Nichol and Dhariwal 2021, https://arxiv.org/abs/2102.09672, section 3.3,
 * and LossSecondMomentResampler of their code): the probability of t is proportional to the root of the mean square of its
 * last ten losses, mixed with a thousandth of the uniform distribution. Until every timestep has ten losses, all are alike.
 *
 * <p>The loss is weighed by 1 / (T·p_t), so that the gradient's mean stays what uniform draws give; only its variance falls.
 */
final class LossHistory implements TimestepDraws {
    static final int KEPT = 10;
    private static final double UNIFORM_SHARE = .001;

    private final List<List<Float>> losses = new ArrayList<>();
    private TimestepDistribution distribution;

    /**
     * @param timesteps T
     * @param before the last losses of each timestep, oldest first, at most ten; empty, or of another T, for none
     */
    LossHistory(int timesteps, List<List<Float>> before) {
        for (int t = 0; t < timesteps; t++) {
            losses.add(new ArrayList<>(before.size() == timesteps ? before.get(t) : List.of()));
        }
        distribution = distribution();
    }

    /** Adds the losses of images at {@code timesteps}; losses that are no numbers are left out. */
    void add(float[] timesteps, double[] lossesThere) {
        for (int i = 0; i < timesteps.length; i++) {
            List<Float> own = losses.get((int) timesteps[i]);
            float loss = (float) lossesThere[i];
            if (Float.isFinite(loss)) {
                own.add(loss);
            }
            if (own.size() > KEPT) {
                own.remove(0);
            }
        }
        distribution = distribution();
    }

    /** The last losses of each timestep, for a checkpoint. */
    List<List<Float>> losses() {
        return losses.stream().map(List::copyOf).toList();
    }

    @Override
    public int draw(RandomGenerator random) {
        return distribution.draw(random);
    }

    @Override
    public double weight(int timestep) {
        return 1 / (losses.size() * distribution.probability(timestep));
    }

    private TimestepDistribution distribution() {
        double[] weights = new double[losses.size()];
        boolean warm = losses.stream().allMatch(own -> own.size() == KEPT);
        double sum = 0;
        for (int t = 0; t < weights.length && warm; t++) {
            double squares = 0;
            for (float loss : losses.get(t)) {
                squares += (double) loss * loss;
            }
            weights[t] = Math.sqrt(squares / KEPT);
            sum += weights[t];
        }
        double scale = sum > 0 ? (1 - UNIFORM_SHARE) / sum : 0;
        return TimestepDistribution.of(Arrays.stream(weights)
                .map(weight -> weight * scale + UNIFORM_SHARE / losses.size())
                .toArray());
    }
}
