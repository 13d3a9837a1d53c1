package io.stepwise.app.config;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@link StepwiseConfig} for commands that do not start Quarkus, from the same sources as Quarkus. */
public final class Settings {
    private static final Path FILE = Path.of("config", "application.properties");
    private static final int FILE_ORDINAL = 260;
    private static final int PACKAGED_ORDINAL = 250;

    private Settings() {}

    /**
     * @throws IllegalArgumentException naming the wrong setting as the user wrote it, its value and the allowed values
     */
    public static StepwiseConfig read() throws IOException {
        Map<String, String> environment = new HashMap<>(System.getenv());
        for (String key : System.getProperties().stringPropertyNames()) { // they have the highest priority
            environment.remove(SettingNames.environment(key));
        }
        return read(sources(), environment);
    }

    /** Reads the settings from the given sources, which include {@code environment}. */
    static StepwiseConfig read(SmallRyeConfigBuilder sources, Map<String, String> environment) {
        List<String> unknown = SettingNames.unknownVariables(environment.keySet());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", unknown));
        }
        try {
            SmallRyeConfig config = build(sources);
            StepwiseConfig settings = config.getConfigMapping(StepwiseConfig.class);
            new SettingsValidator(key -> isSetByUser(config, key)).check(settings);
            return settings.checked();
        } catch (ConfigValidationException | IllegalArgumentException e) {
            throw new IllegalArgumentException(SettingNames.asWritten(SettingProblems.text(e), environment), e);
        }
    }

    /** The value that the user has set for {@code key}; empty if only the program's default applies. */
    public static Optional<String> userValue(String key) throws IOException {
        SmallRyeConfig config = build(sources());
        return isSetByUser(config, key) ? Optional.ofNullable(config.getRawValue(key)) : Optional.empty();
    }

    private static boolean isSetByUser(SmallRyeConfig config, String key) {
        return config.getConfigValue(key).getConfigSourceOrdinal() > PACKAGED_ORDINAL;
    }

    private static SmallRyeConfig build(SmallRyeConfigBuilder sources) {
        return sources.addDiscoveredConverters()
                .withMapping(StepwiseConfig.class)
                .build();
    }

    private static SmallRyeConfigBuilder sources() throws IOException {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDefaultSources();
        if (Files.exists(FILE)) {
            builder.withSources(new PropertiesConfigSource(FILE.toUri().toURL(), FILE_ORDINAL));
        }
        return builder;
    }
}
