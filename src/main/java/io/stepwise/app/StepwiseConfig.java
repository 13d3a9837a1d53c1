package io.stepwise.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;

/**
 * Every setting of Stepwise. {@code stepwise.generate.max-images} is {@code STEPWISE_GENERATE_MAX_IMAGES} in the
 * environment; a key that does not exist stops the start.
 */
@ConfigMapping(prefix = "stepwise")
public interface StepwiseConfig {
    /** The model repository, relative to the working directory. */
    @WithDefault("models")
    Path models();

    /** Where training jobs leave their runs, relative to the working directory. */
    @WithDefault("runs")
    Path runs();

    /** Training images, relative to the working directory. */
    @WithDefault("datasets")
    Path datasets();

    /** The model that answers requests which name none. */
    @WithDefault("faces")
    String model();

    /** What {@code POST /generate} allows. */
    Generate generate();

    /** What waits for the engine. */
    Queue queue();

    /** How images are computed. */
    Engine engine();

    /** How images are computed. */
    interface Engine {
        /** Images that share a denoising step, 1 … 1024. */
        @WithDefault("8")
        int maxBatch();
    }

    /** Limits of a request. */
    interface Generate {
        /** Images per request, 1 … 1024. */
        @WithDefault("64")
        int maxImages();
    }

    /** Limits of what waits. */
    interface Queue {
        /** Images that may wait for their first step before requests are refused, 1 … 100000. */
        @WithDefault("256")
        int capacity();
    }

    /**
     * This configuration, if every value is in its range.
     *
     * @throws IllegalArgumentException naming the key, its value and its range
     */
    default StepwiseConfig checked() {
        if (!model().matches("[a-z0-9][a-z0-9._-]{0,63}")) {
            throw new IllegalArgumentException("stepwise.model is \"" + model()
                    + "\", must be 1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first");
        }
        check("stepwise.generate.max-images", generate().maxImages(), 1, 1024);
        check("stepwise.engine.max-batch", engine().maxBatch(), 1, 1024);
        check("stepwise.queue.capacity", queue().capacity(), generate().maxImages(), 100_000);
        return this;
    }

    private static void check(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", must be " + least + " … " + most);
        }
    }
}
