package io.stepwise.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.stepwise.api.GenerateLimits;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.Generator;
import io.stepwise.serving.ModelCatalog;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.eclipse.microprofile.context.ManagedExecutor;

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

    /** Who makes the images; starts to load the configured model at once. */
    @Produces
    @Singleton
    @DefaultBean
    GenerationService generator(MeterRegistry registry, ManagedExecutor workers) {
        return new GenerationService(
                new ModelRepository(config.models()),
                config.model(),
                config.engineSettings(),
                config.reloadSettings(),
                registry,
                Clock.systemUTC(),
                workers);
    }

    /** The models that there are. */
    @Produces
    @Singleton
    ModelCatalog models(GenerationService service) {
        return service.catalog();
    }

    /** Makes the generator begin with the service and not with the first request. */
    void start(@Observes StartupEvent event, Generator generator) {
        Log.infof("generator: %s", generator.readiness().detail());
    }

    void stop(@Disposes GenerationService service) throws InterruptedException {
        service.close();
    }
}
