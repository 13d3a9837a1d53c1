package io.stepwise.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.stepwise.api.GenerateLimits;
import io.stepwise.data.DatasetStore;
import io.stepwise.data.DatasetUse;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.Generator;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
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

    /** The data sets on disk, without what crashed uploads left there. */
    @Produces
    @Singleton
    @Startup
    @DefaultBean
    DatasetStore datasets(DatasetUse use) {
        DatasetStore store = new DatasetStore(config.datasets(), config.uploadLimits(), use);
        try {
            store.sweep();
        } catch (IOException e) {
            Log.warnf(e, "data sets: what crashed uploads left in %s can't be removed", config.datasets());
        }
        return store;
    }

    /** Nobody says that they need a data set, unless another bean does. */
    @Produces
    @Singleton
    @DefaultBean
    DatasetUse datasetUse() {
        return DatasetUse.NOBODY;
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
                registry,
                Clock.systemUTC(),
                workers);
    }

    /** Makes the generator begin with the service and not with the first request. */
    void start(@Observes StartupEvent event, Generator generator) {
        Log.infof("generator: %s", generator.readiness().detail());
    }

    void stop(@Disposes GenerationService service) throws InterruptedException {
        service.close();
    }
}
