package io.stepwise.serving.engine;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The upper bounds of what histograms count by.
 *
 * <p>Times are counted by Renard's series R5 (ISO 3): 1, 1.6, 2.5, 4, 6.3 and their multiples by ten. A quantile that
 * Prometheus interpolates within a bucket is off by at most the ratio of its bounds, 1.6, and by some ten percent as a rule,
 * from one end of the range to the other, at five series a decade; and 1, 2.5, 4 and 10 seconds, which people promise, are bounds. Micrometer's
 * percentile histogram takes 70 to 270 series for such a range.
 */
public final class Buckets {
    private static final int[] RENARD_5 = {10, 16, 25, 40, 63};

    private static final double[] ROWS = {
        1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024
    };

    private Buckets() {}

    /** 29 bounds from 1 ms to 400 s, for what a request waits for. */
    static Duration[] waiting() {
        return series(-3, 29);
    }

    /** 26 bounds from 0.1 ms to 10 s, for a step, or a picture. */
    public static Duration[] work() {
        return series(-4, 26);
    }

    /** Every other bound of what requests wait for, 15 of them: there is a histogram for each path, method and status. */
    public static double[] requests() {
        Duration[] bounds = waiting();
        return IntStream.range(0, (bounds.length + 1) / 2)
                .mapToDouble(i -> bounds[2 * i].toNanos())
                .toArray();
    }

    /** @param exponent of the power of ten seconds that is the first */
    private static Duration[] series(int exponent, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> BigDecimal.valueOf(RENARD_5[i % 5]).scaleByPowerOfTen(exponent - 1 + i / 5))
                .map(seconds -> Duration.ofNanos(seconds.movePointRight(9).longValueExact()))
                .toArray(Duration[]::new);
    }

    /** 20 bounds for rows of the network's batch. */
    static double[] rows() {
        return ROWS.clone();
    }

    /** Eighths, for shares. */
    static double[] shares() {
        return DoubleStream.iterate(.125, share -> share <= 1, share -> share + .125)
                .toArray();
    }
}
