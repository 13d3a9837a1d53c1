package io.stepwise.app.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.WithDefault;
import io.stepwise.schema.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.validator.constraints.Range;

/** The engines that compute images. */
public interface EngineConfig {
    /**
     * Number of engines that compute in parallel, 1 … 1024; by default one per GPU, or without a GPU as many as the
     * processors have threads for.
     */
    @Range(min = 1, max = 1024)
    OptionalInt count();

    /**
     * Native threads of each engine, 1 … 1024. One gives the most images per second; more make a single request
     * faster.
     */
    @WithDefault("1")
    @Range(min = 1, max = 1024)
    int threads();

    /** Most images in one batch of a denoising step, 1 … 1024. The batch size in use is measured at start. */
    @WithDefault("16")
    @Range(min = 1, max = 1024)
    int maxBatch();

    /**
     * Memory for weights on each device, such as 512M; at least 1 byte. By default a quarter of the memory of the
     * machine or the container, or half of a GPU's. The least recently used models make room for requested ones;
     * the default model always stays.
     */
    Optional<MemorySize> memory();

    /**
     * Folder in which the measured times of batch sizes are kept for the next start on this processor; by default
     * {@code stepwise} in the user's folder for caches. One that can't be read or written does no harm.
     */
    Optional<Path> cache();

    /**
     * Names of models, separated by commas, whose convolutions are computed in 8-bit integers, on processors with
     * AVX512-VNNI. A version whose images would be too different is computed in float32, and the log says so.
     */
    Optional<List<String>> int8();

    /** The names in {@link #int8}. */
    default Set<String> int8Models() {
        return int8().stream().flatMap(List::stream).map(String::strip).collect(Collectors.toSet());
    }

    /** @throws IllegalArgumentException naming a value that no annotation can refuse */
    default void checked() {
        for (String model : int8Models()) {
            if (!model.matches(Names.PATTERN)) {
                throw new IllegalArgumentException(
                        "stepwise.engine.int8 is \"" + model + "\", each name in it must be " + Names.ALLOWED);
            }
        }
    }
}
