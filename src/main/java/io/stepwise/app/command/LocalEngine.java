package io.stepwise.app.command;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.Generator;
import java.time.Clock;
import java.util.concurrent.ForkJoinPool;

/** The engine of the service, for a single command. */
final class LocalEngine implements LocalGenerator {
    private final GenerationService service;

    /** Not the common pool, which on two processors makes a thread for everything it is given. */
    private final ForkJoinPool completions =
            new ForkJoinPool(Runtime.getRuntime().availableProcessors());

    LocalEngine(StepwiseConfig config) {
        this(config, config.model(), config.engineSettings(), new SimpleMeterRegistry());
    }

    /**
     * @param model answers requests that name none
     * @param registry where it counts
     */
    LocalEngine(StepwiseConfig config, String model, EngineSettings settings, MeterRegistry registry) {
        service = new GenerationService(
                new ModelRepository(config.models()),
                model,
                settings,
                config.reloadSettings(),
                registry,
                Clock.systemUTC(),
                completions);
    }

    @Override
    public Generator generator() {
        return service;
    }

    @Override
    public void close() {
        try {
            service.close();
            completions.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the process is about to end
        }
    }
}
