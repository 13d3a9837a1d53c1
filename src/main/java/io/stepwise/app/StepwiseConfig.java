package io.stepwise.app;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.data.store.UploadLimits;
import io.stepwise.image.ImageReading;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.training.Retention;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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

    /** What an upload of training images may bring. */
    Upload upload();

    /** How images are computed. */
    Engine engine();

    /** In which order images are computed. */
    Scheduler scheduler();

    /** Training jobs. */
    TrainConfig train();

    /** Who may do what. */
    AuthConfig auth();

    /** How the models in memory follow the repository. */
    Reload reload();

    /** How the service stops. */
    DrainConfig drain();

    /** What is asked of clients. */
    Clients clients();

    /** What is asked of clients. */
    interface Clients {
        /**
         * How long a client may take nothing of an answer, send next to nothing of a request, or keep a connection without
         * asking for anything, before its connection is closed, 100 ms … 1 hour. Waiting for an answer takes no patience.
         */
        @WithDefault("PT1M")
        Duration patience();
    }

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

        /**
         * Memory for weights on each device, such as 512M; at least 1 byte. By default a quarter of the machine's or the
         * container's memory, or half of a GPU's. What was used least recently leaves for what is asked for; the default
         * model always stays.
         */
        Optional<MemorySize> memory();

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

    /** How the models in memory follow the repository. */
    interface Reload {
        /**
         * How often the repository is looked into, 10 ms … 1 hour. On a local disk the system tells of changes at once; on a
         * network file system this is how long a new version goes unnoticed.
         */
        @WithDefault("PT2S")
        Duration interval();
    }

    /** Limits of a request. */
    interface Generate {
        /** Images per request, 1 … 1024. */
        @WithDefault("64")
        int maxImages();

        /** Denoising steps per image, 1 … 100000; the model's own limit besides is the number of steps it was trained on. */
        @WithDefault("1000")
        int maxSteps();

        /** Width times height of a picture in a request, 1 … 67108864 (64 Mi); 16 Mi by default. */
        @WithDefault("16777216")
        long maxPixels();

        /** How long a generation that nobody waits for, or one with an Idempotency-Key, is kept after its end, 1 second … 1 day. */
        @WithDefault("PT10M")
        Duration keep();

        /** How many of them are kept, in memory, 1 … 1000000; the eldest go first. */
        @WithDefault("1000")
        int maxKept();
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
        /** Images on their way or waiting before requests are refused, 1 … 100000; the last quarter is for who ends soon. */
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
        check("stepwise.auth.requests-per-minute", auth().requestsPerMinute(), 0, 1_000_000);
        auth().access();
        train().check();
        if (!(scheduler().stretch() > 1 && scheduler().stretch() <= 1000)) {
            throw new IllegalArgumentException(
                    "stepwise.scheduler.stretch is " + scheduler().stretch() + ", must be above 1 … 1000");
        }
        check("stepwise.reload.interval", reload().interval(), Duration.ofMillis(10), Duration.ofHours(1));
        drain().check();
        check("stepwise.clients.patience", clients().patience(), Duration.ofMillis(100), Duration.ofHours(1));
        checkSizes();
        return this;
    }

    private void checkSizes() {
        check("stepwise.generate.max-steps", generate().maxSteps(), 1, 100_000);
        check("stepwise.generate.max-pixels", generate().maxPixels(), 1, ImageReading.MAX_PIXELS);
        check("stepwise.generate.max-kept", generate().maxKept(), 1, 1_000_000);
        check("stepwise.generate.keep", generate().keep(), Duration.ofSeconds(1), Duration.ofDays(1));
        check("stepwise.upload.max-bytes", upload().maxBytes(), 1, 1L << 40);
        check("stepwise.upload.max-files", upload().maxFiles(), 1, 10_000_000);
        check("stepwise.upload.max-picture-bytes", upload().maxPictureBytes(), 1, UploadLimits.MAX_PICTURE_BYTES);
        check("stepwise.upload.max-pixels", upload().maxPixels(), 1, ImageReading.MAX_PIXELS);
        check("stepwise.upload.max-ratio", upload().maxRatio(), 1, 1_000_000);
        check("stepwise.upload.concurrency", upload().concurrency(), 1, 64);
        long memory = engine().memory().map(MemorySize::asLongValue).orElse(1L);
        if (memory < 1) {
            throw new IllegalArgumentException("stepwise.engine.memory is " + memory + ", must be at least 1");
        }
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

    /** What a request for images may ask for. */
    default GenerateLimits generateLimits() {
        return new GenerateLimits(
                generate().maxImages(), generate().maxSteps(), generate().maxPixels());
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

    /** How the models in memory are to follow the repository. */
    default ReloadSettings reloadSettings() {
        return new ReloadSettings(
                reload().interval(),
                engine().memory().map(MemorySize::asLongValue).orElseGet(ReloadSettings::memoryHere));
    }

    /** @throws IllegalArgumentException naming the key, its value and its range, where it is out of that */
    static void check(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(key + " is " + value + ", must be " + least + " … " + most);
        }
    }

    /** @throws IllegalArgumentException naming the key, its value and its range, where it is out of that */
    static void check(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(key + " is " + value + ", must be " + least + " … " + most);
        }
    }
}
