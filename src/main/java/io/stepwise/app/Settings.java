package io.stepwise.app;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads {@link StepwiseConfig} for commands that don't start Quarkus, from the same places as Quarkus does. */
final class Settings {
    private static final Path FILE = Path.of("config", "application.properties");
    private static final int FILE_ORDINAL = 260;

    private Settings() {}

    /** @throws IllegalArgumentException naming the key, its value and its range */
    static StepwiseConfig read() throws IOException {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultSources()
                .addDiscoveredConverters()
                .withMapping(StepwiseConfig.class);
        if (Files.exists(FILE)) {
            builder.withSources(new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL));
        }
        SmallRyeConfig config = builder.build();
        return config.getConfigMapping(StepwiseConfig.class).checked();
    }
}
