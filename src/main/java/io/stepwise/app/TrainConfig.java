package io.stepwise.app;

import io.smallrye.config.WithDefault;
import io.stepwise.jobs.kubernetes.KubernetesSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Training jobs. */
public interface TrainConfig {
    /** Who starts the processes of jobs. */
    @WithDefault("local")
    Launcher launcher();

    /**
     * Jobs that run at once, each on a device of its own, 1 … 64; by default one per GPU, or else one. With Kubernetes those
     * that are handed to it at once, by default 64: it has queues and schedulers of its own.
     */
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

    /** @throws IllegalArgumentException naming the key, its value and its range */
    default void check() {
        StepwiseConfig.check("stepwise.train.parallel", parallel().orElse(1), 1, 64);
        StepwiseConfig.check("stepwise.train.threads", threads().orElse(1), 1, 1024);
        StepwiseConfig.check("stepwise.train.nice", nice(), 0, 19);
        StepwiseConfig.check("stepwise.train.crashes", crashes(), 0, 100);
        StepwiseConfig.check("stepwise.train.grace", grace(), Duration.ZERO, Duration.ofHours(1));
        kubernetesSettings();
        StepwiseConfig.check("stepwise.train.keep-checkpoints", keepCheckpoints(), 0, 1_000_000);
        StepwiseConfig.check("stepwise.train.keep-versions", keepVersions(), 0, 1_000_000);
    }
}
