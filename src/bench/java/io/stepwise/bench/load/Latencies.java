package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import java.util.List;

/**
 * What latencies are taken of: requests that were answered with images, and those that were given up, with the time until
 * then, which is the least they would have taken. Who was refused did not wait.
 */
final class Latencies {
    private Latencies() {}

    static Distribution millis(List<PlayedArrival> played) {
        return Distribution.of(played.stream()
                .filter(Latencies::counts)
                .map(one -> 1e3 * one.seconds())
                .toList());
    }

    /** Over the latency of the same request alone. */
    static Distribution stretches(List<PlayedArrival> played, SoloLatency solo) {
        return Distribution.of(
                played.stream().filter(Latencies::counts).map(solo::stretch).toList());
    }

    private static boolean counts(PlayedArrival played) {
        return played.completed() || played.outcome() == Outcome.LATE;
    }
}
