package io.stepwise.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells a new user to do: start the service, ask for a face, look at it. */
class ReadmeIT {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final String RED = "{\"n\": 8, \"label\": \"red\", \"guidance\": 2, \"seed\": 7, \"steps\": 20}";

    private static byte[] png(Service.Answer answer) {
        byte[] png = answer.is(200, Service.PNG).body();
        assertThat(Arrays.copyOf(png, SIGNATURE.length)).isEqualTo(SIGNATURE);
        return png;
    }

    @Test
    void serve_withoutAnySetting_keepsTheReadmesPromise(@TempDir Path folder) throws Exception {
        PackagedService.copyModels(folder, Path.of("models"));
        try (PackagedService packaged = PackagedService.start(folder, Map.of())) {
            Service service = packaged.as("");

            png(service.send("POST", "/generate", BodyPublishers.noBody(), "Accept", Service.PNG));
            assertThat(png(service.post("/generate", RED, "Accept", Service.PNG)))
                    .as("the same seed")
                    .isEqualTo(png(service.post("/generate", RED, "Accept", Service.PNG)));
            assertThat(service.post("/generate", "{\"label\": \"turquoise\"}")
                            .is(422, Service.PROBLEM)
                            .text())
                    .contains("turquoise");
            assertThat(service.get("/q/metrics").text()).contains("\nstepwise_step_seconds_count");
        }
    }
}
