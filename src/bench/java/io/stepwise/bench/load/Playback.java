package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import java.time.Duration;
import java.util.List;

/**
 * The result of a trace played on a system.
 *
 * @param window time in which requests arrived
 * @param elapsed time from the start of the trace to the last answer, at least {@code window}
 * @param lags delay between the due time and the submission of each request in seconds, caused by the player itself
 * @param requests results in the order of arrival
 */
record Playback(Duration window, Duration elapsed, Distribution lags, List<PlayedArrival> requests) {
    Playback {
        requests = List.copyOf(requests);
    }
}
