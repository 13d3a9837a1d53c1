package io.stepwise.app.server;

import io.quarkus.test.junit.QuarkusTestProfile;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The whole service as operators see it, with the smallest network of the golden data and folders of its own. */
public final class OperatedService implements QuarkusTestProfile {
    private static final String FOLDER = "operated.service.test";

    @Override
    public Map<String, String> getConfigOverrides() {
        return Map.ofEntries(
                Map.entry("quarkus.arc.exclude-types", "io.stepwise.serving.FakeGenerator"),
                Map.entry("stepwise.models", folder().resolve("models").toString()),
                Map.entry("stepwise.runs", folder().resolve("runs").toString()),
                Map.entry("stepwise.datasets", folder().resolve("datasets").toString()),
                Map.entry("stepwise.model", "plain"),
                Map.entry("stepwise.engine.max-batch", "2"),
                Map.entry("stepwise.train.launcher", "none"),
                Map.entry("quarkus.otel.sdk.disabled", "false"),
                Map.entry("quarkus.log.file.enabled", "true"),
                Map.entry("quarkus.log.file.path", folder().resolve("log.json").toString()),
                Map.entry("quarkus.log.file.json.enabled", "true"));
    }

    /** Made once, by whichever of the class loaders comes first. */
    static synchronized Path folder() {
        try {
            if (System.getProperty(FOLDER) == null) {
                Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "operated")
                        .toAbsolutePath();
                ServingModels.publish(folder.resolve("models"));
                System.setProperty(FOLDER, folder.toString());
            }
            return Path.of(System.getProperty(FOLDER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
