package io.stepwise.serving;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.versions.ServingModels;
import java.time.InstantSource;
import java.util.concurrent.ForkJoinPool;

/** A service on a repository, for tests of what it makes. */
final class RunningService {
    private static final int MAX_BATCH = 8;
    private static final int QUEUE = 256;

    private RunningService() {}

    /**
     * Starts one with one thread per engine; the caller closes it.
     *
     * @param model the default model
     */
    static GenerationService start(ModelRepository repository, String model, int engines) {
        return new GenerationService(
                repository,
                model,
                new EngineSettings(engines, 1, MAX_BATCH, QUEUE, EngineSettings.DEFAULT_STRETCH),
                ServingModels.RELOAD,
                new SimpleMeterRegistry(),
                InstantSource.system(),
                ForkJoinPool.commonPool());
    }
}
