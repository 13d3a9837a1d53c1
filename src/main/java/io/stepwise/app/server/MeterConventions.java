package io.stepwise.app.server;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Map;
import java.util.Set;

/**
 * Adapts the meters of Micrometer, Vert.x and Netty to Prometheus' conventions, which {@code promtool check metrics}
 * verifies: every meter has a description and uses base units.
 */
final class MeterConventions implements MeterFilter {
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
        return new Meter.Id(name, Tags.of(id.getTagsAsIterable()), id.getBaseUnit(), description, id.getType());
    }
}
