package io.stepwise.app.config;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.data.store.Datasets;
import io.stepwise.data.store.PictureLimits;
import io.stepwise.image.ImageReading;
import io.stepwise.schema.Names;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.training.Retention;
import io.stepwise.upload.UploadLimits;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.Range;

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
    @Pattern(regexp = Names.PATTERN, message = "must be " + Names.ALLOWED)
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
        @DurationRange(min = "PT0.1S", max = "PT1H")
        Duration patience();
    }

    /** How images are computed. */
    interface Engine {
        /**
         * Engines that compute side by side, 1 … 1024; by default one per GPU, or else as many as the processors have
         * threads for.
         */
        @Range(min = 1, max = 1024)
        OptionalInt count();

        /** Native threads of each engine, 1 … 1024. One is the most images per second; more shorten a lone request. */
        @WithDefault("1")
        @Range(min = 1, max = 1024)
        int threads();

        /** Images that share a denoising step at most, 1 … 1024; how many do is measured at start. */
        @WithDefault("16")
        @Range(min = 1, max = 1024)
        int maxBatch();

        /**
         * Memory for weights on each device, such as 512M; at least 1 byte. By default a quarter of the machine's or the
         * container's memory, or half of a GPU's. What was used least recently leaves for what is asked for; the default
         * model always stays.
         */
        Optional<MemorySize> memory();
    }

    /** In which order images are computed. */
    interface Scheduler {
        /** How much longer than alone a request may take for the sake of fuller batches, above 1 … 1000. */
        @WithDefault("" + EngineSettings.DEFAULT_STRETCH)
        @DecimalMin(value = "1", inclusive = false, message = "must be above 1 … 1000")
        @DecimalMax(value = "1000", message = "must be above 1 … 1000")
        double stretch();
    }

    /** How the models in memory follow the repository. */
    interface Reload {
        /**
         * How often the repository is looked into, 10 ms … 1 hour. On a local disk the system tells of changes at once; on a
         * network file system this is how long a new version goes unnoticed.
         */
        @WithDefault("PT2S")
        @DurationRange(min = "PT0.01S", max = "PT1H")
        Duration interval();
    }

    /** Limits of a request. */
    interface Generate {
        /** Images per request, 1 … 1024. */
        @WithDefault("64")
        @Range(min = 1, max = 1024)
        int maxImages();

        /** Denoising steps per image, 1 … 100000; the model's own limit besides is the number of steps it was trained on. */
        @WithDefault("1000")
        @Range(min = 1, max = 100_000)
        int maxSteps();

        /** Width times height of a picture in a request, 1 … 67108864 (64 Mi); 16 Mi by default. */
        @WithDefault("16777216")
        @Range(min = 1, max = ImageReading.MAX_PIXELS)
        long maxPixels();

        /** How long a generation that nobody waits for, or one with an Idempotency-Key, is kept after its end, 1 second … 1 day. */
        @WithDefault("PT10M")
        @DurationRange(min = "PT1S", max = "PT24H")
        Duration keep();

        /** How many of them are kept, in memory, 1 … 1000000; the eldest go first. */
        @WithDefault("1000")
        @Range(min = 1, max = 1_000_000)
        int maxKept();
    }

    /** Limits of {@code POST /datasets/{name}}. */
    interface Upload {
        /** Bytes of an upload, as it comes and unpacked, 1 … 1099511627776 (1 TiB); 8 GiB by default. */
        @WithDefault("8589934592")
        @Range(min = 1, max = 1L << 40)
        long maxBytes();

        /** Files in an upload, 1 … 10000000. */
        @WithDefault("500000")
        @Range(min = 1, max = 10_000_000)
        int maxFiles();

        /** Bytes of a picture, 1 … 268435456 (256 MiB); 64 MiB by default. */
        @WithDefault("67108864")
        @Range(min = 1, max = PictureLimits.MAX_PICTURE_BYTES)
        int maxPictureBytes();

        /** Width times height of a picture, 1 … 67108864, which is what training reads and the default. */
        @WithDefault("67108864")
        @Range(min = 1, max = ImageReading.MAX_PIXELS)
        int maxPixels();

        /** Unpacked bytes per packed byte, 1 … 1000000; pictures hardly shrink. */
        @WithDefault("200")
        @Range(min = 1, max = 1_000_000)
        int maxRatio();

        /** Uploads at once, 1 … 64; others are told to come again. */
        @WithDefault("2")
        @Range(min = 1, max = 64)
        int concurrency();
    }

    /** Limits of what waits. */
    interface Queue {
        /** Images on their way or waiting before requests are refused, 1 … 100000; the last quarter is for who ends soon. */
        @WithDefault("256")
        @Range(min = 1, max = 100_000)
        int capacity();
    }

    /**
     * This configuration, if what its annotations can't say is right, too: limits that depend on others, keys, memory.
     *
     * @throws IllegalArgumentException naming the key, its value and what is allowed
     */
    default StepwiseConfig checked() {
        if (queue().capacity() < generate().maxImages()) {
            throw new IllegalArgumentException("stepwise.queue.capacity is " + queue().capacity() + ", must be "
                    + generate().maxImages() + " … 100000");
        }
        long memory = engine().memory().map(MemorySize::asLongValue).orElse(1L);
        if (memory < 1) {
            throw new IllegalArgumentException("stepwise.engine.memory is " + memory + ", must be at least 1");
        }
        auth().access();
        train().kubernetesSettings();
        return this;
    }

    /** The data sets on disk; up to 512 MiB of decoded pictures stay in memory. */
    default Datasets openDatasets() {
        return new Datasets(datasets(), 1L << 29);
    }

    /** What uploads of data sets may bring. */
    default PictureLimits uploadLimits() {
        UploadLimits limits =
                new UploadLimits(upload().maxBytes(), upload().maxFiles(), upload().maxRatio(), upload().concurrency());
        return new PictureLimits(limits, upload().maxPictureBytes(), upload().maxPixels());
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
                scheduler().stretch());
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
}
