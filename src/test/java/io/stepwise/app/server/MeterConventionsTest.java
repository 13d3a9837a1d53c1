package io.stepwise.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MeterConventionsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private Timer request(String method, String uri) {
        return registry.timer("http.server.requests", "method", method, "uri", uri, "status", "401");
    }

    @Test
    void requests_ofInventedPathsAndMethods_shareOneSeries() {
        registry.config().meterFilter(new MeterConventions(Set.of("/models/{name}")));
        for (int i = 0; i < 1000; i++) {
            request("GET", "/invented/" + i).record(Duration.ofMillis(1));
            request("INVENTED" + i, "/models/{name}").record(Duration.ofMillis(1));
        }

        assertThat(registry.find("http.server.requests").timers()).hasSize(2);
        assertThat(request("GET", "/x").getId().getTag("uri")).isEqualTo("UNKNOWN");
        assertThat(request("X", "/models/{name}").getId().getTag("method")).isEqualTo("OTHER");
        assertThat(request("POST", "root").getId().getTag("uri")).isEqualTo("root");
        assertThat(request("GET", "/models/{name}").getId().getTag("status")).isEqualTo("401");
    }

    @Test
    void requests_haveBuckets() {
        registry.config().meterFilter(new MeterConventions(Set.of("/models")));
        request("GET", "/models").record(Duration.ofMillis(3));

        assertThat(request("GET", "/models").takeSnapshot().histogramCounts())
                .hasSize(15)
                .satisfies(buckets -> {
                    assertThat(buckets[0].bucket()).isEqualTo(1e6);
                    assertThat(buckets[14].bucket()).isEqualTo(400e9);
                });
    }
}
