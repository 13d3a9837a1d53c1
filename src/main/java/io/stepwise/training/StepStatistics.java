package io.stepwise.training;

import io.stepwise.model.TrainingBatch;

/** Sums up losses between two rows of metrics: the mean, and the mean per quarter of the timesteps. */
final class StepStatistics {
    private final int timesteps;
    private final double[] sums = new double[4];
    private final long[] counts = new long[4];

    StepStatistics(int timesteps) {
        this.timesteps = timesteps;
    }

    /** Adds the unweighted losses of a batch and gives their mean. */
    double add(TrainingBatch batch, float[] losses) {
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            int quarter = (int) (4 * batch.timesteps()[i] / timesteps);
            sums[quarter] += losses[i];
            counts[quarter]++;
            sum += losses[i];
        }
        return sum / losses.length;
    }

    /** Images added. */
    long images() {
        return counts[0] + counts[1] + counts[2] + counts[3];
    }

    /** Mean loss of all. */
    double mean() {
        return (sums[0] + sums[1] + sums[2] + sums[3]) / images();
    }

    /** Mean loss of a quarter, 0 (little noise) … 3; NaN when it had none. */
    double quarter(int quarter) {
        return sums[quarter] / counts[quarter];
    }
}
