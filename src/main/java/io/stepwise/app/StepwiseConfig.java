package io.stepwise.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.stepwise.serving.EngineSettings;
import io.stepwise.training.Retention;
import java.nio.file.Path;
import java.util.OptionalInt;

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

    /** In which order images are computed. */
    Scheduler scheduler();

    /** What training keeps. */
    Train train();

    /** How images are computed. */
    interface Engine {
        /**
         * Engines that compute side by side, 1 … 1024; by default one per GPU, or else as many as the processors have
         * threads for.
         */
        OptionalInt count();

        /** Native threads of each engine, 1 … 1024. One is the most images per second; more shorten a lone request. */
        @WithDefault("1")
        int threads();

        /** Images that share a denoising step at most, 1 … 1024; how many do is measured at start. */
        @WithDefault("16")
        int maxBatch();

        /** Computes nothing and answers with grey images at once, to measure the service around the model. */
        @WithDefault("false")
        boolean nullModel();
    }

    /** In which order images are computed. */
    interface Scheduler {
        /** How much longer than alone a request may take for the sake of fuller batches, above 1 … 1000. */
        @WithDefault("" + EngineSettings.DEFAULT_STRETCH)
        double stretch();
    }

    /** What training keeps. */
    interface Train {
        /** Newest checkpoints of a run that are kept, beside the one published as the best, 0 … 1000000; 0 for all. */
        @WithDefault("3")
        int keepCheckpoints();

        /**
         * Newest versions of a model that are kept when training publishes one, beside the served one, the pinned ones
         * and the best, 0 … 1000000; 0 for all.
         */
        @WithDefault("5")
        int keepVersions();
    }

    /** Limits of a request. */
    interface Generate {
        /** Images per request, 1 … 1024. */
        @WithDefault("64")
        int maxImages();
    }

    /** Limits of what waits. */
    interface Queue {
        /** Images on their way or waiting before requests are refused, 1 … 100000. */
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
        check("stepwise.engine.count", engine().count().orElse(1), 1, 1024);
        check("stepwise.engine.threads", engine().threads(), 1, 1024);
        check("stepwise.engine.max-batch", engine().maxBatch(), 1, 1024);
        check("stepwise.queue.capacity", queue().capacity(), generate().maxImages(), 100_000);
        check("stepwise.train.keep-checkpoints", train().keepCheckpoints(), 0, 1_000_000);
        check("stepwise.train.keep-versions", train().keepVersions(), 0, 1_000_000);
        if (!(scheduler().stretch() > 1 && scheduler().stretch() <= 1000)) {
            throw new IllegalArgumentException(
                    "stepwise.scheduler.stretch is " + scheduler().stretch() + ", must be above 1 … 1000");
        }
        return this;
    }

    /** How the engines are to be set up. */
    default EngineSettings engineSettings() {
        return new EngineSettings(
                engine().count().orElseGet(() -> EngineSettings.enginesHere(engine().threads())),
                engine().threads(),
                engine().maxBatch(),
                queue().capacity(),
                scheduler().stretch(),
                engine().nullModel());
    }

    /** How much of what training makes is kept. */
    default Retention retention() {
        return new Retention(train().keepCheckpoints(), train().keepVersions());
    }

    private static void check(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", must be " + least + " … " + most);
        }
    }
}
