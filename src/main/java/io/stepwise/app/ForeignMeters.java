package io.stepwise.app;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import java.util.Map;

/**
 * Brings the meters of Micrometer, Vert.x and Netty in line with Prometheus' conventions, which {@code promtool check metrics}
 * asks for: everything says what it is, in base units.
 */
final class ForeignMeters implements MeterFilter {
    /** In nanoseconds; {@link ProcessMetrics} tells the same in seconds. */
    private static final String CPU_TIME = "process.cpu.time";

    private static final Map<String, String> NAMES = Map.of("system.cpu.count", "system.cpus");

    private static final Map<String, String> WHOSE = Map.of(
            "http.server.active.requests", "HTTP requests that are being dealt with",
            "http.server.connections", "HTTP connections that are open",
            "netty.allocator", "Netty's memory for buffers",
            "netty.eventexecutor", "Netty's event loops");

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getName().equals(CPU_TIME) ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
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
