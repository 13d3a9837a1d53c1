package io.stepwise.bench;

import java.util.Arrays;
import java.util.Collection;

/** Numbers in ascending order, for quantiles. */
public final class Distribution {
    private final double[] sorted;

    private Distribution(double[] sorted) {
        this.sorted = sorted;
    }

    /** The distribution of {@code values}, which may be in any order; they are copied. */
    public static Distribution of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Distribution(sorted);
    }

    /** The distribution of {@code values}, which may be in any order. */
    public static Distribution of(Collection<Double> values) {
        return of(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The number of values. */
    public int count() {
        return sorted.length;
    }

    /**
     * The smallest value such that at least {@code percent} (0 … 100) of all values are not above it; NaN if there are
     * no values.
     */
    public double percentile(double percent) {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent " + percent + " must be 0 … 100");
        }
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int rank = (int) Math.ceil(percent / 100 * sorted.length - 1e-9);
        return sorted[Math.max(0, rank - 1)];
    }

    /** The median: the middle value, or the mean of the two middle values; NaN if there are no values. */
    public double median() {
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The mean; NaN if there are no values. */
    public double mean() {
        return Arrays.stream(sorted).average().orElse(Double.NaN);
    }

    /** The maximum; NaN if there are no values. */
    public double max() {
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1];
    }
}
