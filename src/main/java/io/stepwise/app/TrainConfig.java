package io.stepwise.app;

import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Training jobs. */
public interface TrainConfig {
    /** Who starts the processes of jobs. */
    @WithDefault("local")
    Launcher launcher();

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

    /** Who starts the processes of jobs. */
    enum Launcher {
        /** This service, on its machine. */
        LOCAL,
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
        StepwiseConfig.check("stepwise.train.keep-checkpoints", keepCheckpoints(), 0, 1_000_000);
        StepwiseConfig.check("stepwise.train.keep-versions", keepVersions(), 0, 1_000_000);
    }
}
