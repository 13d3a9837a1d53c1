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

/** The service's engine for a single command. */
final class LocalEngine implements LocalGenerator {
    private final GenerationService service;

    /** A pool of its own, because the common pool starts one thread per task on a machine with two processors. */
    private final ForkJoinPool completions =
            new ForkJoinPool(Runtime.getRuntime().availableProcessors());

    LocalEngine(StepwiseConfig config) {
        this(config, config.model(), config.engineSettings(), new SimpleMeterRegistry());
    }

    /** @param model answers requests that name no model */
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
