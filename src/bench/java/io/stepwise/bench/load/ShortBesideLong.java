package io.stepwise.bench.load;

import io.stepwise.bench.Distribution;
import io.stepwise.bench.load.RequestBatching.Batching;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Short requests that arrive while long requests are always running. Measures the latency of the short requests with
 * step-level and with request-level batching.
 *
 * @param soloMs latency of a short request alone on the product
 * @param systems results per system, step-level first
 */
record ShortBesideLong(double soloMs, List<Waits> systems) implements Finding {
    private static final int LONG = 8;
    private static final int LONG_STEPS = 1000;
    private static final int SHORT_STEPS = 20;
    private static final double SHORT_LOAD = 0.15;
    private static final int SEGMENTS = 3;
    private static final double SHARE = 0.25; // of the options' seconds, for each system
    private static final int LONGEST_SECONDS = 120;
    private static final Duration LEAD = Duration.ofSeconds(1);

    /**
     * The latency of short requests on one system.
     *
     * @param system its name
     * @param requests number of short requests
     * @param unanswered short requests that were refused, failed or abandoned; an abandoned request counts with the
     *     time until then
     * @param p50Ms latency
     * @param p99Ms latency
     * @param longCompleted long requests that were completed in the same time
     */
    record Waits(String system, int requests, int unanswered, double p50Ms, double p99Ms, int longCompleted) {
        static Waits of(String system, List<PlayedArrival> played, int longCompleted) {
            Distribution latency = Latencies.millis(played);
            int unanswered =
                    (int) played.stream().filter(one -> !one.completed()).count();
            return new Waits(
                    system, played.size(), unanswered, latency.percentile(50), latency.percentile(99), longCompleted);
        }
    }

    ShortBesideLong {
        systems = List.copyOf(systems);
    }

    /**
     * Measures both systems.
     *
     * @param batching batching of the request-level system
     */
    static ShortBesideLong measure(Testbed bed, SoloLatency solo, Batching batching) throws InterruptedException {
        List<Trace> parts = trace(bed).cut(SEGMENTS);
        try (ServingSystem rival = bed.requestLevel("request-level", batching)) {
            List<ServingSystem> systems = List.of(bed.product(), rival);
            Map<String, List<PlayedArrival>> played = new LinkedHashMap<>();
            Map<String, Integer> completed = new LinkedHashMap<>();
            for (Trace part : parts) {
                for (ServingSystem system : systems) {
                    int done =
                            segment(bed, system, part, played.computeIfAbsent(system.name(), n -> new ArrayList<>()));
                    completed.merge(system.name(), done, Integer::sum);
                }
            }
            return new ShortBesideLong(
                    1e3 * solo.seconds(SHORT_STEPS),
                    played.entrySet().stream()
                            .map(one -> Waits.of(one.getKey(), one.getValue(), completed.getOrDefault(one.getKey(), 0)))
                            .toList());
        }
    }

    private static Trace trace(Testbed bed) {
        double seconds = Math.min(LONGEST_SECONDS, SHARE * bed.options().seconds());
        return Trace.even(
                number -> Arrival.plain(Duration.ZERO, SHORT_STEPS, number, bed.label()),
                bed.options().seed(),
                SHORT_LOAD * bed.capacity() * seconds,
                Duration.ofNanos((long) (seconds * 1e9)));
    }

    /** Plays {@code part}, adds the results to {@code played}, and returns the number of completed long requests. */
    private static int segment(Testbed bed, ServingSystem system, Trace part, List<PlayedArrival> played)
            throws InterruptedException {
        try (ClosedLoop always =
                new ClosedLoop(system.generator(), LONG, number -> bed.plain(LONG_STEPS, 1_000_000 + number))) {
            Thread.sleep(LEAD.toMillis());
            played.addAll(
                    LoadPlayer.play(system.generator(), part, part.window()).requests());
            return always.completions();
        }
    }

    @Override
    public String name() {
        return "short_beside_long";
    }

    @Override
    public Map<String, @Nullable Double> headlines() {
        Map<String, @Nullable Double> headlines = new LinkedHashMap<>();
        headlines.put("short_beside_long_p50_ratio", systems.get(0).p50Ms() / soloMs);
        headlines.put("short_beside_long_p99_ratio", systems.get(0).p99Ms() / soloMs);
        headlines.put(
                "short_beside_long_request_level_p99_ratio", systems.get(1).p99Ms() / soloMs);
        return headlines;
    }

    @Override
    public String text() {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "Short (%d steps, %.1f ms alone) beside %d long (%d steps)%n"
                        + "  system           requests  unanswered    p50 ms    p99 ms   p50/solo   p99/solo  long done%n",
                SHORT_STEPS,
                soloMs,
                LONG,
                LONG_STEPS));
        for (Waits one : systems) {
            text.append(String.format(
                    Locale.ROOT,
                    "  %-16s %8d %11d %9.1f %9.1f %10.2f %10.2f %10d%n",
                    one.system(),
                    one.requests(),
                    one.unanswered(),
                    one.p50Ms(),
                    one.p99Ms(),
                    one.p50Ms() / soloMs,
                    one.p99Ms() / soloMs,
                    one.longCompleted()));
        }
        return text.toString();
    }
}
