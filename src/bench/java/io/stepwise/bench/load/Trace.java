package io.stepwise.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/**
 * Requests and when they arrive, whatever the system does: an open loop.
 *
 * @param window how long requests arrive, more than 0
 * @param arrivals by time, all before {@code window}
 */
record Trace(Duration window, List<Arrival> arrivals) {
    private static final int MOST_LEFT_OUT = 50;

    Trace {
        arrivals = List.copyOf(arrivals);
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("window " + window + " must be more than 0");
        }
        Duration last = Duration.ZERO;
        for (Arrival arrival : arrivals) {
            if (arrival.at().compareTo(last) < 0 || arrival.at().compareTo(window) >= 0) {
                throw new IllegalArgumentException("at " + arrival.at() + " must be ascending and before " + window);
            }
            last = arrival.at();
        }
    }

    /**
     * Poisson arrivals of {@code mix}, given their work: requests are drawn until they make {@code rowSteps}, and each
     * arrives at a uniform time of its own, which is a Poisson process of known number. So a few requests of a thousand
     * steps more or less don't change the load of a short window. What would go beyond the work by more than half of
     * itself is left out, so a window too short for the largest requests has none.
     */
    static Trace draw(TraceMix mix, long seed, double rowSteps, Duration window) {
        SplittableRandom kinds = new SplittableRandom(seed);
        return even(number -> mix.draw(kinds), seed, rowSteps, window);
    }

    /** The same of requests that {@code kinds} gives by their number, which counts from 0; their times are ignored. */
    static Trace even(LongFunction<Arrival> kinds, long seed, double rowSteps, Duration window) {
        SplittableRandom times = new SplittableRandom(~seed);
        List<Arrival> arrivals = new ArrayList<>();
        double work = 0;
        for (int left = 0; left < MOST_LEFT_OUT; ) {
            Arrival next = kinds.apply(arrivals.size());
            if (work + next.rowSteps() * 0.5 > rowSteps) {
                left++;
            } else {
                work += next.rowSteps();
                arrivals.add(next.at(Duration.ofNanos(times.nextLong(window.toNanos()))));
            }
        }
        arrivals.sort(Comparator.comparing(Arrival::at));
        return new Trace(window, arrivals);
    }

    /** This trace in {@code parts} of equal length, each with times of its own. */
    List<Trace> cut(int parts) {
        List<Trace> cut = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            Duration from = window.multipliedBy(i).dividedBy(parts);
            Duration to = window.multipliedBy(i + 1L).dividedBy(parts);
            List<Arrival> own = arrivals.stream()
                    .filter(arrival ->
                            arrival.at().compareTo(from) >= 0 && arrival.at().compareTo(to) < 0)
                    .map(arrival -> arrival.at(arrival.at().minus(from)))
                    .toList();
            cut.add(new Trace(to.minus(from), own));
        }
        return cut;
    }

    /** Rows that the network computes for all of it. */
    long rowSteps() {
        return arrivals.stream().mapToLong(Arrival::rowSteps).sum();
    }
}
