package io.stepwise.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.Generator;
import io.stepwise.serving.StepScheduler;
import java.time.Clock;

/** The engine of the service, for a single command. */
final class LocalEngine implements LocalGenerator {
    private final StepScheduler scheduler;

    LocalEngine(StepwiseConfig config) {
        this(config, config.model(), new SimpleMeterRegistry());
    }

    /**
     * @param model answers requests that name none
     * @param registry where it counts
     */
    LocalEngine(StepwiseConfig config, String model, MeterRegistry registry) {
        scheduler = new StepScheduler(
                new ModelRepository(config.models()),
                model,
                config.queue().capacity(),
                config.engine().maxBatch(),
                registry,
                Clock.systemUTC());
    }

    @Override
    public Generator generator() {
        return scheduler;
    }

    @Override
    public void close() {
        try {
            scheduler.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process is about to end
        }
    }
}
