package io.stepwise.serving.versions;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.stepwise.repository.ModelVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Metrics of the models in memory; docs/metrics.md explains each. Used by one thread. */
final class ModelMetrics {
    private static final String LOADED = "loaded";
    private static final String REFUSED = "refused";

    private final MeterRegistry registry;
    private final Map<ModelVersion, List<Gauge>> inMemory = new HashMap<>();
    private final Map<String, Gauge> versions = new HashMap<>();

    /**
     * @param bytes reads the bytes of weights in memory on each device
     * @param budget bytes that these are kept within
     */
    ModelMetrics(MeterRegistry registry, Supplier<Number> bytes, long budget) {
        this.registry = registry;
        Gauge.builder("stepwise.models.memory", bytes)
                .description("Weights in memory on each device, of versions that are served, kept or on their way out")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("stepwise.models.memory.limit", () -> budget)
                .description("Limit of weights on each device, stepwise.engine.memory")
                .baseUnit("bytes")
                .register(registry);
    }

    /** Registers the number of models that are not served as configured. */
    void registerTroubled(Supplier<Number> models) {
        Gauge.builder("stepwise.models.troubled", models)
                .description("Models that are not served as configured, for example because a version cannot be loaded")
                .register(registry);
    }

    /**
     * Records that a version was loaded, the nanoseconds that took, and the batch size at which a full queue is run.
     */
    void loaded(ServedModel model, long nanos) {
        ModelVersion version = model.version();
        count(version.model(), LOADED);
        Timer.builder("stepwise.reload")
                .description("Time from the start of verification until a version can serve")
                .tag("model", version.model())
                .register(registry)
                .record(nanos, TimeUnit.NANOSECONDS);
        inMemory.computeIfAbsent(version, absent -> gauges(model));
    }

    private List<Gauge> gauges(ServedModel model) {
        Tags tags = Tags.of(
                "model",
                model.version().model(),
                "version",
                Integer.toString(model.version().number()));
        return List.of(
                Gauge.builder("stepwise.model.info", () -> 1)
                        .description("1 for every version in memory")
                        .tags(tags)
                        .register(registry),
                Gauge.builder("stepwise.engine.batch", model, served -> served.times()
                                .best())
                        .description("Rows of the network per step when the queue is full, as measured at start")
                        .tags(tags)
                        .register(registry));
    }

    /** Records that a version was refused. */
    void refused(String model) {
        count(model, REFUSED);
    }

    /** Registers both outcomes at a model's first attempt, so that the first refusal counts as an increase. */
    private void count(String model, String outcome) {
        for (String each : List.of(LOADED, REFUSED)) {
            Counter.builder("stepwise.reloads")
                    .description("Attempts to load a version: loaded or refused")
                    .tag("model", model)
                    .tag("outcome", each)
                    .register(registry)
                    .increment(each.equals(outcome) ? 1 : 0);
        }
    }

    /** Removes the metrics of a version that has left memory. */
    void unloaded(ModelVersion version) {
        List<Gauge> gauges = inMemory.remove(version);
        if (gauges != null) {
            gauges.forEach(registry::remove);
        }
    }

    /** Records that version {@code number} of {@code model} is served from now on. */
    void serving(String model, int number) {
        unserved(model);
        versions.put(
                model,
                Gauge.builder("stepwise.model.version", () -> number)
                        .description("The version of a model that answers requests without a version")
                        .tag("model", model)
                        .register(registry));
    }

    /** Removes the metrics of a model that has left memory. */
    void unserved(String model) {
        Gauge gauge = versions.remove(model);
        if (gauge != null) {
            registry.remove(gauge);
        }
    }
}
