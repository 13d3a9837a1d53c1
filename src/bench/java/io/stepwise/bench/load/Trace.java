package io.stepwise.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/**
 * Requests with their arrival times. The times do not depend on the system under test (open loop).
 *
 * @param window time in which requests arrive, more than 0
 * @param arrivals sorted by time, all before {@code window}
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
     * Draws Poisson arrivals of {@code mix} with a given total work. Requests are drawn until their work is {@code
     * rowSteps}; each gets an independent uniform arrival time, which is a Poisson process with a known number of
     * events. The load of a short window therefore does not depend on a few requests of a thousand steps. A request
     * that would exceed the work by more than half of its own work is left out, so a window that is too short for the
     * largest requests has none of them.
     */
    static Trace draw(TraceMix mix, long seed, double rowSteps, Duration window) {
        SplittableRandom kinds = new SplittableRandom(seed);
        return even(number -> mix.draw(kinds), seed, rowSteps, window);
    }

    /**
     * Draws arrivals of the requests from {@code kinds}, called with their number from 0; their own times are ignored.
     */
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

    /** Splits this trace into {@code parts} of equal length, each with times from its own start. */
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

    /** The number of rows that the network computes for the whole trace. */
    long rowSteps() {
        return arrivals.stream().mapToLong(Arrival::rowSteps).sum();
    }
}
