package io.stepwise.bench.load;

import java.time.Duration;

/**
 * The result of a request.
 *
 * @param arrival the request
 * @param outcome its outcome
 * @param latency time from its due time, not from its submission, to its answer; for an abandoned request the time
 *     until it was abandoned
 */
record PlayedArrival(Arrival arrival, Outcome outcome, Duration latency) {
    /** The outcome of a request. */
    enum Outcome {
        COMPLETED,
        /** The queue was full. */
        REFUSED,
        /** Its own deadline passed. */
        DEADLINE,
        FAILED,
        /** Abandoned because the time to wait for it was over. */
        LATE
    }

    boolean completed() {
        return outcome == Outcome.COMPLETED;
    }

    /** The latency in seconds. */
    double seconds() {
        return latency.toNanos() / 1e9;
    }
}
