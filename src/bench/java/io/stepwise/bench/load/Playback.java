package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.time.Duration;
import java.util.List;

/**
 * A trace played on a system.
 *
 * @param window how long requests arrived
 * @param elapsed from the first arrival's zero to the last answer, at least {@code window}
 * @param lags how late each request was submitted, in seconds: what the player itself could not keep
 * @param requests in the order of arrival
 */
record Playback(Duration window, Duration elapsed, Distribution lags, List<PlayedArrival> requests) {
    Playback {
        requests = List.copyOf(requests);
    }
}
