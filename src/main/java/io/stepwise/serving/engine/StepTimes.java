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
 * <p>The times are measured at start. A disturbance can only make a time longer, so a size is never taken to be slower than
 * a larger one. Afterwards the times of real steps move all of them up or down together, slowly.
 *
 * <p>Thread-safe: the tables never change, and the one factor that does is volatile. A look-up goes through about 20 sizes.
 */
public final class StepTimes {
    /** The best size is the smallest whose rate is at least this share of the highest rate, both on the fitted line. */
    private static final double NEAR_BEST = .995;

    /** A size can be the best only if its measured rate is at least this share of the highest measured rate. */
    private static final double NOT_FAR = .85;

    /** The share that one observation has in the correction of all times. */
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
     * Found on a line through the times, which a disturbance during the measurement hardly bends, among the sizes whose
     * measured rate is high.
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

    /**
     * The times that {@link #lines} has written.
     *
     * @throws IllegalArgumentException when {@code lines} are others
     */
    static StepTimes parse(List<String> lines) {
        int[] sizes = new int[lines.size()];
        double[] nanos = new double[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            String[] both = lines.get(i).split(" ", -1);
            sizes[i] = Integer.parseInt(both[0]);
            nanos[i] = both.length == 2 ? Long.parseLong(both[1]) : 0;
            if (sizes[i] <= (i == 0 ? 0 : sizes[i - 1]) || nanos[i] <= 0) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ", " + lines.get(i) + ": sizes must ascend from 1, and times be above 0");
            }
        }
        return new StepTimes(sizes, nanos);
    }

    /** A batch size and the nanoseconds of a step in each line. */
    List<String> lines() {
        return IntStream.range(0, sizes.length)
                .mapToObj(i -> sizes[i] + " " + Math.max(1, Math.round(nanos[i])))
                .toList();
    }

    /** The sizes that are run: each up to 8, then in steps of an eighth to a quarter, so that little is wasted on padding. */
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
     * The smallest size whose rate is within half a percent of the highest: the size of batches when there is enough
     * work.
     */
    public int best() {
        return best;
    }

    /** The size at which {@code rows} rows are run: the next that is measured, or the number itself above the largest. */
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

    /** Nanoseconds per row at the best size: what a row costs when there is enough work. */
    double nanosPerRow() {
        return nanos(best) / best;
    }

    /** Corrects the times by a step of {@code rows} rows that took {@code took} nanoseconds. */
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
