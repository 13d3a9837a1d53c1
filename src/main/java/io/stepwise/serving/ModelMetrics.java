package io.stepwise.serving;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.stepwise.repository.ModelVersion;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the models in memory tell Prometheus. Used by one thread. */
final class ModelMetrics {
    private final MeterRegistry registry;
    private final Map<ModelVersion, Gauge> batches = new HashMap<>();
    private final Map<String, Gauge> versions = new HashMap<>();

    /** @param bytes of weights in memory on each device */
    ModelMetrics(MeterRegistry registry, Supplier<Number> bytes) {
        this.registry = registry;
        Gauge.builder("stepwise.models.memory", bytes)
                .description("Weights in memory on each device, of versions that are served, kept or on their way out")
                .baseUnit("bytes")
                .register(registry);
    }

    /** A version was loaded, in so many nanoseconds; tells the batch size that it is run at when there is enough to do. */
    void loaded(ServedModel model, long nanos) {
        ModelVersion version = model.version();
        count(version.model(), "loaded");
        Timer.builder("stepwise.reload")
                .description("From beginning to verify a version to being able to serve it")
                .tag("model", version.model())
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
        batches.computeIfAbsent(
                version, absent -> Gauge.builder("stepwise.engine.batch", model.times(), StepTimes::best)
                        .description("Rows of the network per step when there is enough to do, as measured at start")
                        .tag("model", version.model())
                        .tag("version", Integer.toString(version.number()))
                        .register(registry));
    }

    /** A version can't be loaded. */
    void refused(String model) {
        count(model, "refused");
    }

    private void count(String model, String outcome) {
        Counter.builder("stepwise.reloads")
                .description("Attempts to load a version: loaded, or refused because it can't be")
                .tag("model", model)
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    /** A version is no longer in memory. */
    void unloaded(ModelVersion version) {
        Gauge gauge = batches.remove(version);
        if (gauge != null) {
            registry.remove(gauge);
        }
    }

    /** {@code model} is served by version {@code number} from now on. */
    void serving(String model, int number) {
        unserved(model);
        versions.put(
                model,
                Gauge.builder("stepwise.model.version", () -> number)
                        .description("The version of a model that answers requests which name none")
                        .tag("model", model)
                        .register(registry));
    }

    /** {@code model} is no longer in memory. */
    void unserved(String model) {
        Gauge gauge = versions.remove(model);
        if (gauge != null) {
            registry.remove(gauge);
        }
    }
}
