package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.PlayedArrival.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How one system did at one load.
 *
 * @param system its name
 * @param load of the trace, over the raw loop's best rate
 * @param requests that arrived
 * @param refused because the queue was full
 * @param late given up some time after the last arrival
 * @param failed for other reasons, deadlines among them
 * @param imagesPerS completed, over the time until the last answer
 * @param rowStepsPerS of completed requests, over the same time
 * @param goodputPerS requests answered within the objective, over the time in which requests arrived
 * @param lagP99Ms how late the player submitted
 * @param latency of all classes
 * @param classes by steps
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
     * Latency in milliseconds, and stretch: latency over that of the same request alone. NaN where nothing was answered.
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
     * Requests of equal steps.
     *
     * @param steps of each
     * @param requests that arrived
     * @param good answered within the objective
     * @param latency of those that were answered
     */
    record StepClass(int steps, int requests, int good, Latency latency) {}

    SystemLoad {
        classes = List.copyOf(classes);
    }

    /**
     * @param parts what was played, at least one
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

    /** Requests that were answered within {@code objective} times their solo latency. */
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
