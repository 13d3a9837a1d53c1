package io.stepwise.training.kind;

import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.LossSums;
import io.stepwise.training.objective.Objective;
import java.util.Arrays;
import java.util.Collections;

/** Sums of numbers between two rows of metrics, which checkpoints keep. */
final class Tally {
    private final double[] sums;
    private final long[] counts;

    /**
     * @param columns how many sums there are
     * @param before the sums so far, perhaps of an earlier process; none if they are of other columns
     */
    Tally(int columns, LossSums before) {
        boolean own = before.sums().size() == columns;
        LossSums from =
                own ? before : new LossSums(Collections.nCopies(columns, 0.0), Collections.nCopies(columns, 0L));
        sums = from.sums().stream().mapToDouble(Double::doubleValue).toArray();
        counts = from.images().stream().mapToLong(Long::longValue).toArray();
    }

    void add(int column, double value) {
        sums[column] += value;
        counts[column]++;
    }

    /**
     * Adds the unweighted losses of a batch to the columns of their quarters of the noise levels, and returns their mean.
     *
     * @param losses {@code [B, N]}, of which the first of each image counts
     */
    double add(Objective objective, TrainingBatch batch, float[] losses) {
        int each = losses.length / batch.size();
        double sum = 0;
        for (int i = 0; i < batch.size(); i++) {
            add(objective.quarter(batch.timesteps()[i]), losses[i * each]);
            sum += losses[i * each];
        }
        return sum / batch.size();
    }

    /** The mean over all columns. */
    double mean() {
        return Arrays.stream(sums).reduce(0, Double::sum)
                / Arrays.stream(counts).sum();
    }

    /** The mean of a column; NaN if it is empty. */
    double mean(int column) {
        return sums[column] / counts[column];
    }

    /** A snapshot for a checkpoint. */
    LossSums sums() {
        return new LossSums(
                Arrays.stream(sums).boxed().toList(),
                Arrays.stream(counts).boxed().toList());
    }
}
