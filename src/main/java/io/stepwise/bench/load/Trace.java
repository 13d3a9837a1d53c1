package io.stepwise.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Requests and when they arrive, whatever the system does: an open loop.
 *
 * @param window how long requests arrive, more than 0
 * @param arrivals by time, all before {@code window}
 */
record Trace(Duration window, List<Arrival> arrivals) {
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
     * steps more or less don't change the load of a short window.
     */
    static Trace draw(TraceMix mix, long seed, double rowSteps, Duration window) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Arrival> arrivals = new ArrayList<>();
        double work = 0;
        while (true) {
            Arrival arrival = mix.draw(random, Duration.ofNanos(random.nextLong(window.toNanos())));
            // the last one is taken or left so that the work is right on average
            if (work + arrival.rowSteps() * 0.5 > rowSteps) {
                break;
            }
            work += arrival.rowSteps();
            arrivals.add(arrival);
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
