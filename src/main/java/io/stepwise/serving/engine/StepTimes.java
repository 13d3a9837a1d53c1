package io.stepwise.serving.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How long a denoising step takes at every batch size that is run, and what follows from it. Sizes count rows of the
 * network's batch: a guided image is two of them.
 *
 * <p>Measured at start, where a disturbance can only make a time longer: a size never takes longer than a larger one. What
 * steps really take afterwards moves all times up or down together, slowly. Thread-safe.
 */
public final class StepTimes {
    /** How near the best size's rate has to come to the highest rate of all. */
    private static final double NEAR_BEST = .995;

    /** How near the measured rate of the best size has to come to the highest that was measured. */
    private static final double NOT_FAR = .85;

    /** Share of a new observation in what times are corrected by. */
    private static final double DRIFT = .02;

    private final int[] sizes;
    private final double[] nanos;
    private final int best;
    private volatile double drift = 1;

    /**
     * @param sizes ascending, at least one, each at least 1
     * @param nanos of a step at each of them, above 0
     */
    public StepTimes(int[] sizes, double[] nanos) {
        if (sizes.length == 0 || sizes.length != nanos.length) {
            throw new IllegalArgumentException(sizes.length + " sizes with " + nanos.length + " times");
        }
        this.sizes = sizes.clone();
        this.nanos = nanos.clone();
        for (int i = nanos.length - 2; i >= 0; i--) {
            this.nanos[i] = Math.min(this.nanos[i], this.nanos[i + 1]);
        }
        best = bestSize();
    }

    /**
     * By the line through the times, which a disturbance during the measurement hardly bends; but no size that the times
     * themselves put far from the best.
     */
    private int bestSize() {
        int[] near = IntStream.range(0, sizes.length)
                .filter(i -> rate(i) >= NOT_FAR * highest(this::rate))
                .toArray();
        double slope = slope();
        double start = Math.max(0, nanos[0] - slope * sizes[0]);
        IntToDoubleFunction smooth = i -> sizes[i] / (start + slope * sizes[i]);
        double highest = Arrays.stream(near).mapToDouble(smooth).max().orElseThrow();
        return Arrays.stream(near)
                .filter(i -> smooth.applyAsDouble(i) >= NEAR_BEST * highest)
                .map(i -> sizes[i])
                .findFirst()
                .orElseThrow();
    }

    private double highest(IntToDoubleFunction rate) {
        return IntStream.range(0, sizes.length).mapToDouble(rate).max().orElseThrow();
    }

    private double rate(int i) {
        return sizes[i] / nanos[i];
    }

    /** Median of the slopes between all pairs of sizes (Theil 1950, Sen 1968). */
    private double slope() {
        double[] slopes = IntStream.range(0, sizes.length)
                .boxed()
                .flatMapToDouble(
                        i -> IntStream.range(0, i).mapToDouble(j -> (nanos[i] - nanos[j]) / (sizes[i] - sizes[j])))
                .sorted()
                .toArray();
        return slopes.length == 0 ? nanos[0] / sizes[0] : slopes[slopes.length / 2];
    }

    /** Sizes to run at: every one up to 8, then in steps of a quarter to an eighth, so that little is wasted on filling up. */
    static int[] sizesUpTo(int most) {
        IntStream.Builder sizes = IntStream.builder();
        int step = 1;
        for (int size = 1; size <= most; size += step) {
            sizes.add(size);
            step = Math.max(1, Integer.highestOneBit(size) / 4);
        }
        return sizes.build().toArray();
    }

    /**
     * The smallest size whose rate is within half a percent of the highest: the size that work is done at when there is
     * enough of it.
     */
    public int best() {
        return best;
    }

    /** The size that {@code rows} rows are run at, at least as large; beyond the largest the number itself. */
    public int sizeFor(int rows) {
        for (int size : sizes) {
            if (size >= rows) {
                return size;
            }
        }
        return rows;
    }

    /** Nanoseconds that a step of {@code rows} rows takes; 0 for none. */
    double nanos(int rows) {
        if (rows == 0) {
            return 0;
        }
        int last = sizes.length - 1;
        if (rows > sizes[last]) {
            return drift * nanos[last] * rows / sizes[last];
        }
        int i = 0;
        while (sizes[i] < rows) {
            i++;
        }
        return drift * nanos[i];
    }

    /** Nanoseconds per row at the best size: what a row costs when there is enough to do. */
    double nanosPerRow() {
        return nanos(best) / best;
    }

    /** Takes note of what a step of {@code rows} rows took. */
    synchronized void observe(int rows, long took) {
        double expected = nanos(rows);
        if (expected > 0) {
            double ratio = Math.min(2, Math.max(.5, took / expected));
            drift *= 1 + DRIFT * (ratio - 1);
        }
    }

    @Override
    public String toString() {
        List<String> parts = IntStream.range(0, sizes.length)
                .mapToObj(i -> String.format(Locale.ROOT, "%d: %.2f", sizes[i], nanos[i] / 1e6))
                .toList();
        return parts.stream().collect(Collectors.joining(", ", "ms a step by rows {", "}, best " + best));
    }
}
