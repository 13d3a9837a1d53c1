package io.stepwise.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMetricsTest {
    @TempDir
    private Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double resident(String kind) {
        return registry.get("stepwise.process.resident")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    @Test
    void bindTo_status_tellsBytes() throws IOException {
        Path status = Files.writeString(
                folder.resolve("status"),
                "Name:\tjava\nRssAnon:\t 8388608 kB\nRssFile:\t   100 kB\nRssShmem:\t     3 kB\nThreads:\t42\n");

        new ProcessMetrics(status).bindTo(registry);

        assertThat(resident("anonymous")).isEqualTo(8.0 * (1L << 30));
        assertThat(resident("file")).isEqualTo(102_400);
        assertThat(resident("shared")).isEqualTo(3072);
        assertThat(registry.get("stepwise.process.threads").gauge().value()).isEqualTo(42);
        assertThat(registry.get("stepwise.process.native").gauge().value())
                .isBetween((double) (1L << 30), 8.0 * (1L << 30));
        assertThat(registry.get("stepwise.memory.limit").gauge().value()).isGreaterThan(1 << 28);
    }

    @Test
    void bindTo_whereThereIsNoSuchFile_tellsWhatTheJvmKnows() {
        new ProcessMetrics(folder.resolve("none")).bindTo(registry);

        assertThat(registry.getMeters()).hasSize(2);
        assertThat(registry.get("process.cpu").functionCounter().count()).isPositive();
    }
}
