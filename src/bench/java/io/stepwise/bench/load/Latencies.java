package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import java.util.List;

/**
 * Selects the latencies of requests that were answered with images, and of requests that were abandoned. For an
 * abandoned request, the time until then is a lower bound of its latency. Refused requests have no latency and are left
 * out.
 */
final class Latencies {
    private Latencies() {}

    static Distribution millis(List<PlayedArrival> played) {
        return Distribution.of(played.stream()
                .filter(Latencies::counts)
                .map(one -> 1e3 * one.seconds())
                .toList());
    }

    /** The latency divided by the latency of the same request alone. */
    static Distribution stretches(List<PlayedArrival> played, SoloLatency solo) {
        return Distribution.of(
                played.stream().filter(Latencies::counts).map(solo::stretch).toList());
    }

    private static boolean counts(PlayedArrival played) {
        return played.completed() || played.outcome() == Outcome.LATE;
    }
}
