package io.stepwise.app;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service stops. */
public interface DrainConfig {
    /**
     * How long the service goes on as before after it was told to stop, while its readiness check fails, 0 s … 10 min: longer
     * than what sends it requests takes to notice.
     */
    @WithDefault("0s")
    Duration delay();

    /** How long requests on their way have to end after that, 0 s … 1 h; new ones are answered 503. */
    @WithDefault("30s")
    Duration budget();

    /** @throws IllegalArgumentException naming the key, its value and its range */
    default void check() {
        StepwiseConfig.check("stepwise.drain.delay", delay(), Duration.ZERO, Duration.ofMinutes(10));
        StepwiseConfig.check("stepwise.drain.budget", budget(), Duration.ZERO, Duration.ofHours(1));
    }
}
