package io.stepwise.app.config;

import io.smallrye.config.WithDefault;
import io.stepwise.jobs.kubernetes.KubernetesSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.hibernate.validator.constraints.Range;

/** Training jobs. */
public interface TrainConfig {
    /** Who starts the processes of jobs. */
    @WithDefault("local")
    Launcher launcher();

    /**
     * Jobs that run at once, each on a device of its own, 1 … 64; by default one per GPU, or else one. With Kubernetes those
     * that are handed to it at once, by default 64: it has queues and schedulers of its own.
     */
    @Range(min = 1, max = 64)
    OptionalInt parallel();

    /** Native threads of each, 1 … 1024; by default half of the processors. */
    @Range(min = 1, max = 1024)
    OptionalInt threads();

    /** How far jobs step back for the service on a processor that both want, 0 (not at all) … 19. */
    @WithDefault("10")
    @Range(min = 0, max = 19)
    int nice();

    /** Processes of a job that may die in a row without a new checkpoint before the job fails, 0 … 100. */
    @WithDefault("3")
    @Range(min = 0, max = 100)
    int crashes();

    /** How long a job has for a checkpoint when the service ends, 0 s … 1 h. */
    @WithDefault("30s")
    @DurationRange(min = "PT0S", max = "PT1H")
    Duration grace();

    /** Newest checkpoints of a run that are kept, beside the one published as the best, 0 … 1000000; 0 for all. */
    @WithDefault("3")
    @Range(min = 0, max = 1_000_000)
    int keepCheckpoints();

    /**
     * Newest versions of a model that are kept when training publishes one, beside the served one, the pinned ones
     * and the best, 0 … 1000000; 0 for all.
     */
    @WithDefault("5")
    @Range(min = 0, max = 1_000_000)
    int keepVersions();

    /** Options of the JVM of jobs, such as {@code -Xmx4g}, separated by spaces. */
    Optional<String> javaOptions();

    /** How jobs run on Kubernetes. */
    Kubernetes kubernetes();

    /** How jobs run on Kubernetes; of no effect with another launcher. */
    interface Kubernetes {
        /** Where, 1 … 63 lower-case letters, digits and hyphens; by default the namespace that the service runs in. */
        Optional<String> namespace();

        /** What their container runs; by default the image that the service's own pod runs. */
        Optional<String> image();

        /** Queue of Kueue in that namespace, 1 … 63 lower-case letters, digits and hyphens; by default none. */
        Optional<String> queue();

        /** GPUs of each, 0 … 64. */
        @WithDefault("1")
        @Range(min = 0, max = 64)
        int gpus();

        /** A manifest of a Job that says all the rest; by default the program's own. */
        Optional<Path> template();
    }

    /** The same for the launcher. */
    default KubernetesSettings kubernetesSettings() {
        try {
            return new KubernetesSettings(
                    kubernetes().namespace(),
                    kubernetes().image(),
                    kubernetes().queue(),
                    kubernetes().gpus());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("stepwise.train.kubernetes." + e.getMessage(), e);
        }
    }

    /** Who starts the processes of jobs. */
    enum Launcher {
        /** This service, on its machine. */
        LOCAL,
        /** Kubernetes: each is a Job. */
        KUBERNETES,
        /** Not this service: jobs that it takes wait for another one that shares the folder. */
        NONE
    }
}
