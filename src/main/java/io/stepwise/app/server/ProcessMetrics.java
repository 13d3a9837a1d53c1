package io.stepwise.app.server;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The memory of the process as Linux counts it. Most of it belongs to libtorch, which the JVM's own meters do not see.
 * Without {@code /proc} these meters are missing.
 */
final class ProcessMetrics implements MeterBinder {
    private static final Map<String, String> KINDS =
            new TreeMap<>(Map.of("RssAnon", "anonymous", "RssFile", "file", "RssShmem", "shared"));

    private final Path status;
    private final MemoryMXBean jvm = ManagementFactory.getMemoryMXBean();
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    ProcessMetrics() {
        this(Path.of("/proc/self/status"));
    }

    /** @param status such as {@code /proc/self/status} */
    ProcessMetrics(Path status) {
        this.status = status;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("stepwise.memory.limit", this::machine)
                .description("Memory of the machine, or of the container where that has less")
                .baseUnit("bytes")
                .register(registry);
        FunctionCounter.builder("process.cpu", system, os -> os.getProcessCpuTime() / 1e9)
                .description("Processor time of the process")
                .baseUnit("seconds")
                .register(registry);
        if (!Files.isReadable(status)) {
            return;
        }
        KINDS.forEach((line, kind) -> Gauge.builder("stepwise.process.resident", () -> bytes(line))
                .description("Resident memory of the process: anonymous, of mapped files, shared")
                .tag("kind", kind)
                .baseUnit("bytes")
                .register(registry));
        Gauge.builder("stepwise.process.native", this::outsideOfTheJvm)
                .description(
                        "Anonymous memory that is in neither the JVM's heap nor its other pools, at least: libtorch's")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("stepwise.process.threads", () -> number("Threads"))
                .description("Threads of the process, libtorch's too")
                .register(registry);
    }

    private double machine() {
        return system.getTotalMemorySize();
    }

    /** A lower bound, because memory that the JVM has committed need not be resident. */
    private double outsideOfTheJvm() {
        double committed = (double) jvm.getHeapMemoryUsage().getCommitted()
                + jvm.getNonHeapMemoryUsage().getCommitted();
        return Math.max(0, bytes("RssAnon") - committed);
    }

    private double bytes(String line) {
        return number(line) * 1024;
    }

    /** The number in a line of the file, such as {@code RssAnon: 1234 kB}; NaN if the line is missing. */
    private double number(String name) {
        try {
            List<String> lines = Files.readAllLines(status);
            return lines.stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
