package io.stepwise.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.stepwise.api.ClientRun;
import io.stepwise.serving.FakeGenerator;
import io.stepwise.serving.request.NotReadyException;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own SDK for Node, unmodified. What it is asked to do and expects is in {@code src/test/clients/openai.mjs}. */
@Tag("quarkus")
@QuarkusTest
class OpenAiSdkTest {
    @Inject
    FakeGenerator generator;

    @BeforeEach
    void install() throws IOException, InterruptedException {
        generator.reset();
        ClientRun.needNode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "batch", "jpeg", "stream", "partials", "models", "refusals"})
    void sdk_inScenario_getsWhatItExpects(String scenario) throws IOException, InterruptedException {
        int port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class);

        ClientRun.run(
                Map.of("OPENAI_BASE_URL", "http://localhost:" + port + "/v1", "OPENAI_API_KEY", "any"),
                "node",
                "openai.mjs",
                scenario);
    }

    /** So that the scenarios are known to be able to fail. */
    @Test
    void sdk_whenNothingIsServed_doesNotGetWhatItExpects() {
        generator.failure = new NotReadyException("There is no model.", Duration.ZERO);

        assertThat(catchFailure("image")).contains("503 There is no model.");
    }

    private String catchFailure(String scenario) {
        try {
            sdk_inScenario_getsWhatItExpects(scenario);
            return "";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whoever builds this gets the packages from where they are published. */
    @Test
    void lockFile_namesNoRegistryButThePublicOne() throws IOException {
        String lock = Files.readString(Path.of("src/test/clients/package-lock.json"));

        assertThat(lock.replace("https://registry.npmjs.org/", "")).doesNotContain("://");
    }
}
