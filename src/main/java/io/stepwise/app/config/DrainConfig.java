package io.stepwise.app.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the service stops. */
public interface DrainConfig {
    /**
     * How long the service still accepts requests after the signal to stop, while its readiness check already fails, 0
     * s … 10 min. It must be longer than the load balancer needs to notice.
     */
    @WithDefault("0s")
    @DurationRange(min = "PT0S", max = "PT10M")
    Duration delay();

    /** How long running requests may take after that, 0 s … 1 h; new requests get status 503. */
    @WithDefault("30s")
    @DurationRange(min = "PT0S", max = "PT1H")
    Duration budget();
}
