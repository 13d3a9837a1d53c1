package io.stepwise.training.kind;

import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.objective.Objective;
import java.util.Arrays;

/**
 * Sums of losses between two rows of metrics: the mean, and the mean per quarter of the noise levels. Checkpoints keep the
 * sums, so that a resumed run writes the same row as an uninterrupted one.
 */
public final class StepStatistics {
    private final Objective objective;
    private final double[] sums;
    private final long[] counts;

    /** @param before the sums so far, perhaps of an earlier process */
    public StepStatistics(Objective objective, LossSums before) {
        this.objective = objective;
        sums = before.sums().stream().mapToDouble(Double::doubleValue).toArray();
        counts = before.images().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Adds the unweighted losses of a batch and returns their mean.
     *
     * @param losses {@code [B, N]}, of which the first of each image counts
     */
    double add(TrainingBatch batch, float[] losses) {
        int each = losses.length / batch.size();
        double sum = 0;
        for (int i = 0; i < batch.size(); i++) {
            int quarter = objective.quarter(batch.timesteps()[i]);
            sums[quarter] += losses[i * each];
            counts[quarter]++;
            sum += losses[i * each];
        }
        return sum / batch.size();
    }

    /** A snapshot for a checkpoint. */
    LossSums sums() {
        return new LossSums(
                Arrays.stream(sums).boxed().toList(),
                Arrays.stream(counts).boxed().toList());
    }

    /** Mean of all losses. */
    double mean() {
        return (sums[0] + sums[1] + sums[2] + sums[3]) / (counts[0] + counts[1] + counts[2] + counts[3]);
    }

    /** Mean loss of a quarter, 0 (little noise) … 3; NaN if it has none. */
    double quarter(int quarter) {
        return sums[quarter] / counts[quarter];
    }
}
