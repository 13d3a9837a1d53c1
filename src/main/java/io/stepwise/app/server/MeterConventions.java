package io.stepwise.app.server;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.stepwise.serving.engine.Buckets;
import java.util.Map;
import java.util.Set;

/**
 * Adapts the meters of Micrometer, Vert.x and Netty to Prometheus' conventions, which {@code promtool check metrics}
 * verifies: every meter has a description and uses base units. HTTP requests have buckets, and labels only of a closed
 * list, whatever paths and methods clients invent.
 *
 * @param paths the path templates of the resources
 */
record MeterConventions(Set<String> paths) implements MeterFilter {
    /**
     * Meters that are left out. Processor time is in nanoseconds here; {@link ProcessMetrics} has it in seconds.
     * Micrometer gives no description for the time that connections have been open, and that time is not needed.
     */
    private static final Set<String> LEFT_OUT = Set.of("process.cpu.time", "http.server.connections");

    private static final Map<String, String> NAMES = Map.of("system.cpu.count", "system.cpus");

    private static final Map<String, String> WHOSE = Map.of(
            "http.server.active.requests", "HTTP requests that are being dealt with",
            "netty.allocator", "Netty's memory for buffers",
            "netty.eventexecutor", "Netty's event loops");

    private static final String REQUESTS = "http.server.requests";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    /** Labels of Quarkus for paths that no resource answers, and the page. */
    private static final Set<String> OTHER_PATHS = Set.of("NOT_FOUND", "REDIRECTION", "UNKNOWN", "root", "/index.html");

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(REQUESTS)
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(Buckets.requests())
                        .build()
                        .merge(config)
                : config;
    }

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return LEFT_OUT.contains(id.getName()) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        String name = NAMES.getOrDefault(id.getName(), id.getName());
        String description = id.getDescription();
        if (description == null) {
            description = WHOSE.entrySet().stream()
                    .filter(entry -> name.startsWith(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(name.startsWith("stepwise.") ? null : "Of the frameworks below Stepwise");
        }
        Tags tags = name.equals(REQUESTS) ? closed(id) : Tags.of(id.getTagsAsIterable());
        return new Meter.Id(name, tags, id.getBaseUnit(), description, id.getType());
    }

    private Tags closed(Meter.Id id) {
        String method = String.valueOf(id.getTag("method"));
        String uri = String.valueOf(id.getTag("uri"));
        boolean isKnown = paths.contains(uri) || OTHER_PATHS.contains(uri);
        return Tags.of(id.getTagsAsIterable())
                .and("method", METHODS.contains(method) ? method : "OTHER", "uri", isKnown ? uri : "UNKNOWN");
    }
}
