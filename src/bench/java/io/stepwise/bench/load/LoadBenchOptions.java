package io.stepwise.bench.load;

import java.net.URI;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@link LoadBench}.
 *
 * @param scenarios at least one
 * @param seconds total time of the mixed sweep, the training scenario or the overload; more than 0, at most 86400
 * @param seed seed of the traces
 * @param loads loads of the mixed sweep relative to the best rate of the raw loop; each more than 0, at most 100
 * @param objective largest ratio of latency to solo latency for a good answer; at least 1
 * @param workers share of the processor that every system gets
 * @param capacity images that may wait in the queues of the other systems, as many as in the product's queue
 * @param trace file with traces for the mixed sweep; null draws new traces
 * @param traceOut file to write the traces of the mixed sweep to; null writes none
 * @param http running server for the HTTP scenario, whose engines compute nothing; null starts one
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

    /** The default scenarios. */
    public static final Set<Scenario> DEFAULT_SCENARIOS =
            Set.of(Scenario.SATURATED, Scenario.LONE, Scenario.BESIDE, Scenario.MIXED);

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if a component is out of range; the message gives its name, value and range
     */
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

    /** Whether a scenario other than HTTP is measured. */
    boolean computes() {
        return scenarios.stream().anyMatch(scenario -> scenario != Scenario.HTTP);
    }
}
