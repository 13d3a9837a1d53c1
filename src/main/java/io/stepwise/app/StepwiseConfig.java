package io.stepwise.app;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import io.stepwise.api.Access;
import io.stepwise.api.ApiKey;
import io.stepwise.api.Role;
import io.stepwise.data.UploadLimits;
import io.stepwise.image.ImageReading;
import io.stepwise.serving.EngineSettings;
import io.stepwise.training.Retention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

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

    /** What an upload of training images may bring. */
    Upload upload();

    /** How images are computed. */
    Engine engine();

    /** In which order images are computed. */
    Scheduler scheduler();

    /** Training jobs. */
    Train train();

    /** Who may do what. */
    Auth auth();

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

    /** Who may do what. */
    interface Auth {
        /** Keys by names of your choice, for logs and limits. Without any, everybody may do everything. */
        Map<String, Key> keys();

        /** Requests a minute of each key, or of everybody together without keys, 0 (any number) … 1000000. */
        @WithDefault("0")
        int requestsPerMinute();

        /** A key. */
        interface Key {
            /** What clients show as {@code Authorization: Bearer}; 16 characters or more. */
            String secret();

            /** What it may be used for: generate, train, admin (which is all), separated by commas. */
            @WithDefault("generate")
            Set<Role> roles();
        }

        /** The same for the service. */
        default Access access() {
            List<ApiKey> all = new ArrayList<>();
            keys().forEach((name, key) -> all.add(ApiKey.of(name, key.secret(), key.roles())));
            return new Access(all, requestsPerMinute());
        }
    }

    /** Training jobs. */
    interface Train {
        /** Who starts the processes of jobs. */
        @WithDefault("local")
        TrainLauncher launcher();

        /** Jobs that run at once, each on a device of its own, 1 … 64; by default one per GPU, or else one. */
        OptionalInt parallel();

        /** Native threads of each, 1 … 1024; by default half of the processors. */
        OptionalInt threads();

        /** How far jobs step back for the service on a processor that both want, 0 (not at all) … 19. */
        @WithDefault("10")
        int nice();

        /** Processes of a job that may die in a row without a new checkpoint before the job fails, 0 … 100. */
        @WithDefault("3")
        int crashes();

        /** How long a job has for a checkpoint when the service ends, 0 s … 1 h. */
        @WithDefault("30s")
        @WithConverter(DurationConverter.class)
        Duration grace();

        /** Newest checkpoints of a run that are kept, beside the one published as the best, 0 … 1000000; 0 for all. */
        @WithDefault("3")
        int keepCheckpoints();

        /**
         * Newest versions of a model that are kept when training publishes one, beside the served one, the pinned ones
         * and the best, 0 … 1000000; 0 for all.
         */
        @WithDefault("5")
        int keepVersions();

        /** Options of the JVM of jobs, such as {@code -Xmx4g}, separated by spaces. */
        Optional<String> javaOptions();
    }

    /** Who starts the processes of jobs. */
    enum TrainLauncher {
        /** This service, on its machine. */
        LOCAL,
        /** Not this service: jobs that it takes wait for another one that shares the folder. */
        NONE
    }

    /** Limits of a request. */
    interface Generate {
        /** Images per request, 1 … 1024. */
        @WithDefault("64")
        int maxImages();
    }

    /** Limits of {@code POST /datasets/{name}}. */
    interface Upload {
        /** Bytes of an upload, as it comes and unpacked, 1 … 1099511627776 (1 TiB); 8 GiB by default. */
        @WithDefault("8589934592")
        long maxBytes();

        /** Files in an upload, 1 … 10000000. */
        @WithDefault("500000")
        int maxFiles();

        /** Bytes of a picture, 1 … 268435456 (256 MiB); 64 MiB by default. */
        @WithDefault("67108864")
        int maxPictureBytes();

        /** Width times height of a picture, 1 … 67108864, which is what training reads and the default. */
        @WithDefault("67108864")
        int maxPixels();

        /** Unpacked bytes per packed byte, 1 … 1000000; pictures hardly shrink. */
        @WithDefault("200")
        int maxRatio();

        /** Uploads at once, 1 … 64; others are told to come again. */
        @WithDefault("2")
        int concurrency();
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
        check("stepwise.upload.max-bytes", upload().maxBytes(), 1, 1L << 40);
        check("stepwise.upload.max-files", upload().maxFiles(), 1, 10_000_000);
        check("stepwise.upload.max-picture-bytes", upload().maxPictureBytes(), 1, UploadLimits.MAX_PICTURE_BYTES);
        check("stepwise.upload.max-pixels", upload().maxPixels(), 1, ImageReading.MAX_PIXELS);
        check("stepwise.upload.max-ratio", upload().maxRatio(), 1, 1_000_000);
        check("stepwise.upload.concurrency", upload().concurrency(), 1, 64);
        check("stepwise.engine.count", engine().count().orElse(1), 1, 1024);
        check("stepwise.engine.threads", engine().threads(), 1, 1024);
        check("stepwise.engine.max-batch", engine().maxBatch(), 1, 1024);
        check("stepwise.queue.capacity", queue().capacity(), generate().maxImages(), 100_000);
        check("stepwise.auth.requests-per-minute", auth().requestsPerMinute(), 0, 1_000_000);
        auth().access();
        checkTraining();
        if (!(scheduler().stretch() > 1 && scheduler().stretch() <= 1000)) {
            throw new IllegalArgumentException(
                    "stepwise.scheduler.stretch is " + scheduler().stretch() + ", must be above 1 … 1000");
        }
        return this;
    }

    /** What uploads of data sets may bring. */
    default UploadLimits uploadLimits() {
        return new UploadLimits(
                upload().maxBytes(),
                upload().maxFiles(),
                upload().maxPictureBytes(),
                upload().maxPixels(),
                upload().maxRatio(),
                upload().concurrency());
    }

    private void checkTraining() {
        check("stepwise.train.parallel", train().parallel().orElse(1), 1, 64);
        check("stepwise.train.threads", train().threads().orElse(1), 1, 1024);
        check("stepwise.train.nice", train().nice(), 0, 19);
        check("stepwise.train.crashes", train().crashes(), 0, 100);
        if (train().grace().isNegative() || train().grace().compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("stepwise.train.grace is " + train().grace() + ", must be 0s … 1h");
        }
        check("stepwise.train.keep-checkpoints", train().keepCheckpoints(), 0, 1_000_000);
        check("stepwise.train.keep-versions", train().keepVersions(), 0, 1_000_000);
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

    private static void check(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", must be " + least + " … " + most);
        }
    }
}
