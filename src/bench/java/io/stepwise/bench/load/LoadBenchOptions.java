package io.stepwise.bench.load;

import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LoadBench} does.
 *
 * @param scenarios at least one
 * @param seconds how long the mixed sweep, the training scenario or the overload takes in all; more than 0, at most 86400
 * @param seed of the traces
 * @param loads of the mixed sweep, over the raw loop's best rate; each more than 0, at most 100
 * @param objective an answer within this multiple of the request's solo latency is a good one; at least 1
 * @param workers the share of the processor that every system gets
 * @param capacity images that may wait in the rivals' queues: as many as in the product's
 * @param trace a file whose traces the mixed sweep plays; null draws them
 * @param traceOut where the mixed sweep's traces are written; null: nowhere
 * @param http a running server for the HTTP scenario, whose engines compute nothing; null: one is started for it
 */
public record LoadBenchOptions(
        Set<Scenario> scenarios,
        double seconds,
        long seed,
        List<Double> loads,
        double objective,
        Workers workers,
        int capacity,
        @Nullable Path trace,
        @Nullable Path traceOut,
        @Nullable URI http) {

    /** What is measured unless something else is asked for. */
    public static final Set<Scenario> DEFAULT_SCENARIOS =
            Set.of(Scenario.SATURATED, Scenario.LONE, Scenario.BESIDE, Scenario.MIXED);

    /** @throws IllegalArgumentException naming the component, its value and its range */
    public LoadBenchOptions {
        if (scenarios.isEmpty()) {
            throw new IllegalArgumentException("scenarios must not be empty");
        }
        scenarios = EnumSet.copyOf(scenarios);
        loads = List.copyOf(loads);
        if (!(seconds > 0 && seconds <= 86_400)) {
            throw new IllegalArgumentException("seconds " + seconds + " must be more than 0, at most 86400");
        }
        if (loads.isEmpty() || loads.stream().anyMatch(load -> !(load > 0 && load <= 100))) {
            throw new IllegalArgumentException(
                    "loads " + loads + " must be one or more, each more than 0, at most 100");
        }
        if (!(objective >= 1)) {
            throw new IllegalArgumentException("objective " + objective + " must be at least 1");
        }
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity " + capacity + " must be at least 1");
        }
        if (http != null && (!"http".equals(http.getScheme()) || http.getHost() == null)) {
            throw new IllegalArgumentException(
                    "http " + http + " must be a server's address, such as http://127.0.0.1:8080");
        }
    }

    /** Whether anything but HTTP is measured. */
    boolean computes() {
        return scenarios.stream().anyMatch(scenario -> scenario != Scenario.HTTP);
    }
}
