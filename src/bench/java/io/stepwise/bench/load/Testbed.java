package io.stepwise.bench.load;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.bench.load.RequestBatching.Batching;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.versions.ServedModel;
import io.stepwise.serving.versions.VersionLoader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * All systems under test in one process: the product's scheduler, the raw loop, and other systems on request. Only one
 * of them gets work at a time; the threads of the others wait. Closing the testbed ends them all.
 */
final class Testbed implements AutoCloseable {
    private final ServedModel model;
    private final LoadBenchOptions options;
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ServingSystem product;
    private final RawLoop raw;
    private final RawRates rates;

    private Testbed(ServedModel model, ServingSystem.Opener opener, LoadBenchOptions options)
            throws IOException, InterruptedException {
        this.model = model;
        this.options = options;
        raw = new RawLoop(model, plain(20, 0), options.workers());
        product = opener.open(options.workers(), registry);
        rates = RawRates.measure(raw);
        WarmUp.run(this);
    }

    /** Loads the model, starts the product, warms up both and measures the raw loop. */
    static Testbed open(
            ModelRepository repository, ModelVersion version, ServingSystem.Opener opener, LoadBenchOptions options)
            throws IOException, InterruptedException {
        return new Testbed(
                new VersionLoader(repository, options.workers().settings(), null).load(version), opener, options);
    }

    LoadBenchOptions options() {
        return options;
    }

    /** The registry of the product's metrics. */
    MeterRegistry registry() {
        return registry;
    }

    /** The product, with step-level batching. */
    ServingSystem product() {
        return product;
    }

    RawLoop raw() {
        return raw;
    }

    RawRates rates() {
        return rates;
    }

    /** The row-steps per second to which loads are relative. */
    double capacity() {
        return rates.best().rowStepsPerS();
    }

    /** Starts a system with request-level batching; the caller closes it. */
    ServingSystem requestLevel(String name, Batching batching) {
        return new RequestBatching(name, model, batching, options.workers(), options.capacity());
    }

    /** The mix of requests that the model supports. */
    TraceMix mix() {
        boolean guides = model.check(new GenerationRequest(null, null, 1, 0, 1, SamplerName.DDIM, label(), 2, 0, null))
                .isEmpty();
        return new TraceMix(TraceMix.CLASSES, labels(), guides);
    }

    /** A label for requests, if the model needs one. */
    @Nullable
    String label() {
        return labels().isEmpty() ? null : labels().get(0);
    }

    /** The labels for requests, by number; empty if the model has no classes. */
    private List<String> labels() {
        return IntStream.range(0, model.labels().names().size())
                .mapToObj(Integer::toString)
                .toList();
    }

    /** A request for one image by DDIM. */
    GenerationRequest plain(int steps, long seed) {
        return Arrival.plain(Duration.ZERO, steps, seed, label()).request();
    }

    /** Keeps a deep backlog of equal requests on {@code system} until the result is closed. */
    ClosedLoop backlog(ServingSystem system, int steps) {
        return backlog(system, number -> plain(steps, number));
    }

    /** Keeps a deep backlog of any requests, created by number from 0. */
    ClosedLoop backlog(ServingSystem system, LongFunction<GenerationRequest> requests) {
        int depth =
                Math.max(1, Math.min(options.capacity(), 64 * options.workers().engines()));
        return new ClosedLoop(system.generator(), depth, requests);
    }

    @Override
    public void close() {
        raw.close();
        product.close();
        model.close();
    }
}
