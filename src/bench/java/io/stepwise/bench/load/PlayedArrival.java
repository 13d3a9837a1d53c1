package io.stepwise.bench.load;

import java.time.Duration;

/**
 * What became of a request.
 *
 * @param arrival the request
 * @param outcome how it ended
 * @param latency from the time it was to arrive, not from when it was submitted, to its answer; for one that was given up,
 *     to then
 */
record PlayedArrival(Arrival arrival, Outcome outcome, Duration latency) {
    /** How a request ended. */
    enum Outcome {
        COMPLETED,
        /** The queue was full. */
        REFUSED,
        /** Its own deadline passed. */
        DEADLINE,
        FAILED,
        /** Given up when the time to wait for it was over. */
        LATE
    }

    boolean completed() {
        return outcome == Outcome.COMPLETED;
    }

    /** Latency in seconds. */
    double seconds() {
        return latency.toNanos() / 1e9;
    }
}
