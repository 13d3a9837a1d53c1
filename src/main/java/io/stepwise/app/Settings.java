package io.stepwise.app;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Reads {@link StepwiseConfig} for commands that don't start Quarkus, from the same places as Quarkus does. */
final class Settings {
    private static final Path FILE = Path.of("config", "application.properties");
    private static final int FILE_ORDINAL = 260;
    private static final int PACKAGED_ORDINAL = 250;

    private Settings() {}

    /** @throws IllegalArgumentException naming the key, its value and its range */
    static StepwiseConfig read() throws IOException {
        return config().getConfigMapping(StepwiseConfig.class).checked();
    }

    /** What somebody has set for {@code key}; empty where only the program's own default holds. */
    static Optional<String> told(String key) throws IOException {
        ConfigValue value = config().getConfigValue(key);
        return value.getConfigSourceOrdinal() > PACKAGED_ORDINAL
                ? Optional.ofNullable(value.getValue())
                : Optional.empty();
    }

    private static SmallRyeConfig config() throws IOException {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultSources()
                .addDiscoveredConverters()
                .withMapping(StepwiseConfig.class);
        if (Files.exists(FILE)) {
            builder.withSources(new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL));
        }
        return builder.build();
    }
}
