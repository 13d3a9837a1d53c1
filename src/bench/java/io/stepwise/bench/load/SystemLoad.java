package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The result of one system at one load.
 *
 * @param system its name
 * @param load load of the trace relative to the best rate of the raw loop
 * @param requests requests that arrived
 * @param refused requests refused because the queue was full
 * @param late requests abandoned some time after the last arrival
 * @param failed requests that failed for other reasons, including deadlines
 * @param imagesPerS completed images per second, over the time until the last answer
 * @param rowStepsPerS row-steps per second of completed requests, over the same time
 * @param goodputPerS requests per second answered within the objective, over the time in which requests arrived
 * @param lagP99Ms delay of the player's submissions
 * @param latency latency of all classes
 * @param classes results by number of steps
 */
record SystemLoad(
        String system,
        double load,
        int requests,
        int refused,
        int late,
        int failed,
        double imagesPerS,
        double rowStepsPerS,
        double goodputPerS,
        double lagP99Ms,
        Latency latency,
        List<StepClass> classes) {

    /**
     * Latency in milliseconds, and stretch: the latency divided by that of the same request alone. NaN if there were no
     * answers.
     */
    record Latency(
            double p50Ms,
            double p95Ms,
            double p99Ms,
            double meanStretch,
            double p50Stretch,
            double p95Stretch,
            double p99Stretch) {
        static Latency of(List<PlayedArrival> played, SoloLatency solo) {
            Distribution millis = Latencies.millis(played);
            Distribution stretch = Latencies.stretches(played, solo);
            return new Latency(
                    millis.percentile(50),
                    millis.percentile(95),
                    millis.percentile(99),
                    stretch.mean(),
                    stretch.percentile(50),
                    stretch.percentile(95),
                    stretch.percentile(99));
        }
    }

    /**
     * The result for requests with the same number of steps.
     *
     * @param steps steps of each request
     * @param requests requests that arrived
     * @param good requests answered within the objective
     * @param latency latency of the answered requests
     */
    record StepClass(int steps, int requests, int good, Latency latency) {}

    SystemLoad {
        classes = List.copyOf(classes);
    }

    /**
     * Summarises playbacks.
     *
     * @param parts the playbacks, at least one
     * @param objective largest stretch of a good answer
     */
    static SystemLoad of(String system, double load, List<Playback> parts, SoloLatency solo, double objective) {
        List<PlayedArrival> all =
                parts.stream().flatMap(part -> part.requests().stream()).toList();
        List<PlayedArrival> done = all.stream().filter(PlayedArrival::completed).toList();
        double elapsed = seconds(parts.stream().map(Playback::elapsed).toList());
        return new SystemLoad(
                system,
                load,
                all.size(),
                count(all, Outcome.REFUSED),
                count(all, Outcome.LATE),
                count(all, Outcome.FAILED) + count(all, Outcome.DEADLINE),
                done.stream().mapToInt(one -> one.arrival().n()).sum() / elapsed,
                done.stream().mapToLong(one -> one.arrival().rowSteps()).sum() / elapsed,
                good(all, solo, objective)
                        / seconds(parts.stream().map(Playback::window).toList()),
                1e3
                        * parts.stream()
                                .mapToDouble(part -> part.lags().percentile(99))
                                .max()
                                .orElse(Double.NaN),
                Latency.of(all, solo),
                classes(all, solo, objective));
    }

    private static List<StepClass> classes(List<PlayedArrival> all, SoloLatency solo, double objective) {
        Map<Integer, List<PlayedArrival>> bySteps = all.stream()
                .collect(Collectors.groupingBy(one -> one.arrival().steps(), TreeMap::new, Collectors.toList()));
        return bySteps.entrySet().stream()
                .map(one -> new StepClass(
                        one.getKey(),
                        one.getValue().size(),
                        good(one.getValue(), solo, objective),
                        Latency.of(one.getValue(), solo)))
                .toList();
    }

    /** Counts requests answered within {@code objective} times their solo latency. */
    static int good(List<PlayedArrival> played, SoloLatency solo, double objective) {
        return (int) played.stream()
                .filter(one -> one.completed() && solo.stretch(one) <= objective)
                .count();
    }

    private static int count(List<PlayedArrival> played, Outcome outcome) {
        return (int) played.stream().filter(one -> one.outcome() == outcome).count();
    }

    private static double seconds(List<Duration> times) {
        return times.stream().mapToLong(Duration::toNanos).sum() / 1e9;
    }
}
