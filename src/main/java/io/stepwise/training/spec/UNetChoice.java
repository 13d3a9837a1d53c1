package io.stepwise.training.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which U-Net to train: one that has a name here, or one that is described in full. */
public sealed interface UNetChoice {
    /** The names a {@link Preset} may have. */
    List<String> PRESETS = List.of("tiny", "small", "base", "report");

    /**
     * A U-Net by name; in JSON a string.
     *
     * @param name one of {@link #PRESETS}
     */
    record Preset(String name) implements UNetChoice {
        public Preset {
            new FieldChecks()
                    .that("", name, PRESETS.contains(name), "one of " + PRESETS + " or an object")
                    .orThrow();
        }
    }

    /**
     * A U-Net by its configuration; in JSON an object.
     *
     * @param config the keys and values of diffusers' {@code UNet2DModel} configuration: strings, numbers, booleans,
     *     nulls, lists and maps of these; at least one key. What they mean is checked where the U-Net is built.
     */
    record Inline(Map<String, @Nullable Object> config) implements UNetChoice {
        public Inline {
            new FieldChecks()
                    .that("", config, !config.isEmpty(), "a UNet2DModel configuration with at least one key")
                    .orThrow();
            config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        }
    }
}
