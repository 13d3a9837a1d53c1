package io.stepwise.app;

import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.Startup;
import io.stepwise.api.GenerateLimits;
import io.stepwise.serving.Generator;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts together what the HTTP service is made of. */
@Singleton
@Startup
public final class Wiring {
    private final StepwiseConfig config;

    /** @throws IllegalArgumentException if a setting is out of its range; the service does not start then */
    public Wiring(StepwiseConfig config) {
        this.config = config.checked();
    }

    /** What a request may ask for. */
    @Produces
    @Singleton
    GenerateLimits generateLimits() {
        return new GenerateLimits(config.generate().maxImages());
    }

    /** Who makes the images. */
    @Produces
    @Singleton
    @DefaultBean
    Generator generator() {
        return new NoEngine();
    }
}
