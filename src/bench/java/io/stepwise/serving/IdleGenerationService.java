package io.stepwise.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.engine.EngineModel;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.serving.versions.ServedModel;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The product's service with engines that compute nothing. It answers with grey images at once, so a measurement shows
 * the cost of the service without the network.
 */
public final class IdleGenerationService extends GenerationService {
    private final Map<ServedModel, EngineModel> idle = new ConcurrentHashMap<>();

    /** Creates the service; the parameters are those of {@link GenerationService}. */
    public IdleGenerationService(
            ModelRepository repository,
            String defaultModel,
            EngineSettings settings,
            ReloadSettings reload,
            MeterRegistry registry,
            Executor completions,
            Tracer tracer) {
        super(repository, defaultModel, settings, reload, registry, InstantSource.system(), completions, tracer);
    }

    @Override
    EngineModel engineModel(ServedModel model) {
        return idle.computeIfAbsent(model, IdleModel::of);
    }
}
