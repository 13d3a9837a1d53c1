package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The U-Net to train: a predefined one by name, or a complete configuration. */
public sealed interface UNetChoice {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    @SuppressWarnings("unchecked") // the names of a JSON object are strings
    static UNetChoice of(Object json) {
        return json instanceof Map<?, ?> config
                ? new Inline((Map<String, @Nullable Object>) config)
                : new Preset(json.toString());
    }

    /** Its JSON form: a string or a map. */
    @JsonValue
    Object json();

    /** A U-Net by name; in JSON a string. */
    record Preset(String name) implements UNetChoice {
        @Override
        public Object json() {
            return name;
        }
    }

    /**
     * A U-Net by its configuration; in JSON an object.
     *
     * @param config keys and values of diffusers' {@code UNet2DModel} configuration: strings, numbers, booleans, nulls,
     *     lists and maps of these; at least one key. The values are checked when the U-Net is built.
     */
    record Inline(Map<String, @Nullable Object> config) implements UNetChoice {
        public Inline {
            config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
        }

        @Override
        public Object json() {
            return config;
        }
    }
}
