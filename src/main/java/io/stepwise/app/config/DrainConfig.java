package io.stepwise.app.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service stops. */
public interface DrainConfig {
    /**
     * How long the service goes on as before after it was told to stop, while its readiness check fails, 0 s … 10 min: longer
     * than what sends it requests takes to notice.
     */
    @WithDefault("0s")
    @DurationRange(min = "PT0S", max = "PT10M")
    Duration delay();

    /** How long requests on their way have to end after that, 0 s … 1 h; new ones are answered 503. */
    @WithDefault("30s")
    @DurationRange(min = "PT0S", max = "PT1H")
    Duration budget();
}
