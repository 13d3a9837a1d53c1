package io.stepwise.serving;

import ai.djl.ndarray.NDManager;
import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.repository.ModelRepository;
import io.stepwise.repository.ModelVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Generator} of the product: finds and loads the model a request asks for, checks what depends on it, and
 * queues the work for the {@link Engine}.
 *
 * <p>Versions are resolved and loaded by one thread of its own, so that neither callers nor the engine wait for the
 * disk. Loaded versions stay loaded.
 */
public final class StepScheduler implements Generator, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StepScheduler.class);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ModelRepository repository;
    private final String defaultModel;
    private final InstantSource clock;
    private final NDManager manager = NDManager.newBaseManager();
    private final JobQueue queue;
    private final EngineMetrics metrics;
    private final Engine engine;
    private final Map<ModelVersion, ServedModel> loaded = new LinkedHashMap<>();
    private final ExecutorService loader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "model-loader");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Readiness readiness;

    /**
     * Starts the engine and begins to load the default model.
     *
     * @param defaultModel answers requests that name none
     * @param queueCapacity images that may wait, at least 1
     * @param maxRows images computed at a time, at least 1
     */
    public StepScheduler(
            ModelRepository repository,
            String defaultModel,
            int queueCapacity,
            int maxRows,
            MeterRegistry registry,
            InstantSource clock) {
        this.repository = repository;
        this.defaultModel = defaultModel;
        this.clock = clock;
        queue = new JobQueue(queueCapacity);
        metrics = new EngineMetrics(registry, queue);
        engine = new Engine(queue, maxRows, metrics);
        readiness = new Readiness(false, false, "Loading model " + defaultModel + ".");
        engine.start();
        loader.execute(this::loadDefault);
    }

    private void loadDefault() {
        try {
            ModelVersion version = served(defaultModel).version();
            readiness = new Readiness(true, true, "Serving " + version.model() + " version " + version.number() + ".");
            LOG.infof("serving model %s version %d", version.model(), version.number());
        } catch (IOException | RuntimeException e) {
            LOG.errorf(e, "model %s can't be served", defaultModel);
            readiness = new Readiness(true, false, "Model " + defaultModel + " can't be served: " + e.getMessage());
        }
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request) {
        long start = System.nanoTime();
        CompletableFuture<Generation> result = new CompletableFuture<>();
        result.whenComplete((generation, failure) -> metrics.ended(outcome(failure), System.nanoTime() - start));
        try {
            loader.execute(() -> {
                try {
                    enqueue(request, result);
                } catch (IOException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(stopping());
        }
        return result;
    }

    private void enqueue(GenerationRequest request, CompletableFuture<Generation> result) throws IOException {
        ServedModel model = model(request.model(), request.version());
        List<FieldError> errors = model.check(request);
        if (!errors.isEmpty()) {
            throw new InvalidGenerationException(errors);
        }
        Job job = new Job(request, model, model.trajectory(request), clock.instant());
        job.result().whenComplete((generation, failure) -> {
            if (failure == null) {
                result.complete(generation);
            } else {
                result.completeExceptionally(failure);
            }
        });
        if (!queue.offer(job)) {
            throw new QueueFullException(RETRY);
        }
    }

    private ServedModel model(@Nullable String name, @Nullable Integer number) throws IOException {
        String model = name == null ? defaultModel : name;
        if (number == null) {
            return served(model);
        }
        try {
            return load(repository.version(model, number));
        } catch (io.stepwise.repository.ModelNotFoundException e) {
            served(model); // says so when there is no such model at all
            throw new VersionNotFoundException(
                    model,
                    number,
                    repository.versions(model).stream()
                            .map(ModelVersion::number)
                            .toList());
        }
    }

    private ServedModel served(String model) throws IOException {
        try {
            return load(repository.served(model));
        } catch (io.stepwise.repository.ModelNotFoundException | IllegalArgumentException e) {
            throw new ModelNotFoundException(model, repository.models());
        }
    }

    private ServedModel load(ModelVersion version) throws IOException {
        ServedModel model = loaded.get(version);
        if (model == null) {
            model = ServedModel.load(repository, version, manager);
            loaded.put(version, model);
        }
        return model;
    }

    static NotReadyException stopping() {
        return new NotReadyException("The service is stopping.", RETRY);
    }

    private static String outcome(@Nullable Throwable failure) {
        if (failure == null) {
            return "completed";
        }
        if (failure instanceof QueueFullException) {
            return "rejected";
        }
        return failure instanceof GenerationException ? "invalid" : "failed";
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    /** Ends the engine after its current step and frees every model. */
    @Override
    public void close() throws InterruptedException {
        readiness = new Readiness(true, false, "Stopping.");
        loader.shutdown();
        if (!loader.awaitTermination(1, TimeUnit.MINUTES)) {
            LOG.warn("a model is still being loaded");
        }
        engine.close();
        for (Job job : queue.drain()) {
            job.fail(stopping());
        }
        loaded.values().forEach(ServedModel::close);
        manager.close();
    }
}
