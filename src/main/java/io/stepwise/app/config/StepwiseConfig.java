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
import org.hibernate.validator.constraints.Range;

/**
 * All settings of Stepwise. {@code stepwise.generate.max-images} is {@code STEPWISE_GENERATE_MAX_IMAGES} in the
 * environment. An unknown key stops the start.
 */
@ConfigMapping(prefix = "stepwise")
public interface StepwiseConfig {
    /** The model repository, relative to the working directory. */
    @WithDefault("models")
    Path models();

    /** The folder of the training runs, relative to the working directory. */
    @WithDefault("runs")
    Path runs();

    /** Training images, relative to the working directory. */
    @WithDefault("datasets")
    Path datasets();

    /** The model for requests that name no model. */
    @WithDefault("faces")
    @Pattern(regexp = Names.PATTERN, message = "must be " + Names.ALLOWED)
    String model();

    /** Limits of {@code POST /generate}. */
    Generate generate();

    /** Limits of the waiting work. */
    Queue queue();

    /** Limits of an upload of training images. */
    Upload upload();

    /** The engines that compute images. */
    EngineConfig engine();

    /** The order in which images are computed. */
    Scheduler scheduler();

    /** Training jobs. */
    TrainConfig train();

    /** API keys and rate limits. */
    AuthConfig auth();

    /** How the models in memory follow the repository. */
    Reload reload();

    /** How the service stops. */
    DrainConfig drain();

    /** Limits for clients. */
    ClientsConfig clients();

    /** The order in which images are computed. */
    interface Scheduler {
        /** Longest time of a request in fuller batches relative to its time alone, above 1 … 1000. */
        @WithDefault("" + EngineSettings.DEFAULT_STRETCH)
        @DecimalMin(value = "1", inclusive = false, message = "must be above 1 … 1000")
        @DecimalMax(value = "1000", message = "must be above 1 … 1000")
        double stretch();
    }

    /** How the models in memory follow the repository. */
    interface Reload {
        /**
         * Interval between two checks of the repository, 10 ms … 1 hour. On a local disk the system reports changes at
         * once. On a network file system a new version may be noticed only after this time.
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

        /**
         * Denoising steps per image, 1 … 100000. A model also limits them to the number of steps that it was trained
         * on.
         */
        @WithDefault("1000")
        @Range(min = 1, max = 100_000)
        int maxSteps();

        /**
         * Width times height of a picture in a request, 1 … 67108864 (64 Mi); 16 Mi by default. A model also limits them to
         * 4096 times the pixels of its images.
         */
        @WithDefault("16777216")
        @Range(min = 1, max = ImageReading.MAX_PIXELS)
        long maxPixels();

        /**
         * How long an asynchronous generation, or one with an Idempotency-Key, is kept after its end, 1 second … 1 day.
         */
        @WithDefault("PT10M")
        @DurationRange(min = "PT1S", max = "PT24H")
        Duration keep();

        /** Most generations kept in memory, 1 … 1000000; the oldest are removed first. */
        @WithDefault("1000")
        @Range(min = 1, max = 1_000_000)
        int maxKept();
    }

    /** Limits of {@code POST /datasets/{name}}. */
    interface Upload {
        /** Bytes of an upload, both as sent and unpacked, 1 … 1099511627776 (1 TiB); 8 GiB by default. */
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

        /**
         * Width times height of a picture, 1 … 67108864; the default is the maximum, which is also the limit of
         * training.
         */
        @WithDefault("67108864")
        @Range(min = 1, max = ImageReading.MAX_PIXELS)
        int maxPixels();

        /** Unpacked bytes per packed byte, 1 … 1000000; pictures hardly compress. */
        @WithDefault("200")
        @Range(min = 1, max = 1_000_000)
        int maxRatio();

        /** Simultaneous uploads, 1 … 64; further uploads are asked to retry later. */
        @WithDefault("2")
        @Range(min = 1, max = 64)
        int concurrency();
    }

    /** Limits of the waiting work. */
    interface Queue {
        /**
         * Running and waiting images before requests are refused, 1 … 100000. The last quarter is for requests that end
         * soon.
         */
        @WithDefault("256")
        @Range(min = 1, max = 100_000)
        int capacity();

        /**
         * How long a request without {@code deadline_ms} is kept, 1 second … 1 day. One that would take longer as things stand is
         * refused at once, and one that is not done by then is given up, both with 504.
         */
        @WithDefault(EngineSettings.DEFAULT_LONGEST_WAIT)
        @DurationRange(min = "PT1S", max = "PT24H")
        Duration longestWait();
    }

    /**
     * Checks what annotations cannot express: limits that depend on other settings, keys, memory.
     *
     * @return this configuration
     * @throws IllegalArgumentException naming the key, its value and the allowed range
     */
    default StepwiseConfig checked() {
        if (queue().capacity() < generate().maxImages()) {
            throw new IllegalArgumentException("stepwise.queue.capacity is " + queue().capacity() + ", must be "
                    + generate().maxImages() + " … 100000");
        }
        checkMemory("stepwise.engine.memory", engine().memory());
        checkMemory("stepwise.clients.memory", clients().memory());
        engine().checked();
        auth().access();
        train().kubernetesSettings();
        train().mlflowServer();
        return this;
    }

    private static void checkMemory(String key, Optional<MemorySize> size) {
        long bytes = size.map(MemorySize::asLongValue).orElse(1L);
        if (bytes < 1) {
            throw new IllegalArgumentException(key + " is " + bytes + ", must be at least 1");
        }
    }

    /** The data sets on disk; up to 512 MiB of decoded pictures stay in memory. */
    default Datasets openDatasets() {
        return new Datasets(datasets(), 1L << 29);
    }

    /** The limits of data set uploads. */
    default PictureLimits uploadLimits() {
        UploadLimits limits =
                new UploadLimits(upload().maxBytes(), upload().maxFiles(), upload().maxRatio(), upload().concurrency());
        return new PictureLimits(limits, upload().maxPictureBytes(), upload().maxPixels());
    }

    /** The limits of a request for images. */
    default GenerateLimits generateLimits() {
        return new GenerateLimits(
                generate().maxImages(), generate().maxSteps(), generate().maxPixels());
    }

    /** The settings of the engines. */
    default EngineSettings engineSettings() {
        return new EngineSettings(
                engine().count().orElseGet(() -> EngineSettings.enginesHere(engine().threads())),
                engine().threads(),
                engine().maxBatch(),
                queue().capacity(),
                scheduler().stretch(),
                queue().longestWait(),
                engine().cache().orElseGet(EngineSettings::cacheHere),
                engine().int8Models());
    }

    /** How many checkpoints and versions of training are kept. */
    default Retention retention() {
        return new Retention(train().keepCheckpoints(), train().keepVersions());
    }

    /** How the models in memory follow the repository. */
    default ReloadSettings reloadSettings() {
        return new ReloadSettings(
                reload().interval(),
                engine().memory().map(MemorySize::asLongValue).orElseGet(ReloadSettings::memoryHere));
    }
}
