package io.stepwise.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.stepwise.repository.ModelRepository;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Generator} of the product: finds the model that a request asks for, checks what depends on it, hands the
 * work to the {@link StepScheduler}, and makes pictures of what the {@link Engine}s give back.
 */
public final class GenerationService implements Generator, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GenerationService.class);

    private final Models models;
    private final InstantSource clock;
    private final Executor completions;
    private final StepScheduler scheduler;
    private final EngineMetrics metrics;
    private final List<Engine> engines = new ArrayList<>();
    private final @Nullable ExecutorService helpers;
    private volatile Readiness readiness;

    /** When a request came: for people, and in nanoseconds of the scheduler's clock. */
    private record Arrival(Instant created, long nanos) {}

    /**
     * Starts the engines and begins to load the default model.
     *
     * @param defaultModel answers requests that name none
     * @param completions decodes what is done and completes the stages; who waits for them may go on there
     */
    public GenerationService(
            ModelRepository repository,
            String defaultModel,
            EngineSettings settings,
            MeterRegistry registry,
            InstantSource clock,
            Executor completions) {
        this.clock = clock;
        this.completions = completions;
        helpers = helpers(settings);
        models = new Models(repository, defaultModel, settings, helpers);
        scheduler =
                new StepScheduler(settings.queueCapacity(), settings.stretch(), settings.engines(), System::nanoTime);
        metrics = new EngineMetrics(registry, scheduler);
        for (int i = 0; i < settings.engines(); i++) {
            engines.add(new Engine(i, settings.threads(), scheduler, metrics));
        }
        readiness = new Readiness(false, false, "Loading model " + defaultModel + ".");
        engines.forEach(Engine::start);
        models.find(null, null).whenComplete((model, failure) -> loaded(defaultModel, model, failure));
    }

    /** Threads that make noise ahead: processors that no engine uses, if there are any. */
    private static @Nullable ExecutorService helpers(EngineSettings settings) {
        int busy = ModelNetworks.gpus() > 0 ? settings.engines() : settings.engines() * settings.threads();
        int free = Math.min(4, Runtime.getRuntime().availableProcessors() - busy);
        return free <= 0
                ? null
                : Executors.newFixedThreadPool(free, task -> {
                    Thread thread = new Thread(task, "noise");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private void loaded(String name, @Nullable ServedModel model, @Nullable Throwable failure) {
        if (model != null) {
            metrics.serving(model);
            readiness = new Readiness(true, true, "Serving " + model + ".");
            LOG.infof("serving %s", model);
        } else if (failure != null) {
            LOG.errorf(failure, "model %s can't be served", name);
            readiness = new Readiness(true, false, "Model " + name + " can't be served: " + failure.getMessage());
        }
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request) {
        long arrived = scheduler.now();
        Instant created = clock.instant();
        CompletableFuture<Generation> answer = new CompletableFuture<>();
        models.find(request.model(), request.version()).whenComplete((model, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else if (model.hasTrajectory(request)) {
                submit(request, model, new Arrival(created, arrived), answer);
            } else { // which would hold the caller up
                completions.execute(() -> submit(request, model, new Arrival(created, arrived), answer));
            }
        });
        answer.whenComplete((generation, failure) ->
                metrics.ended(answer.isCancelled() ? "cancelled" : outcome(failure), scheduler.now() - arrived));
        return answer;
    }

    private void submit(
            GenerationRequest request, ServedModel model, Arrival arrival, CompletableFuture<Generation> answer) {
        try {
            List<FieldError> errors = model.check(request);
            if (!errors.isEmpty()) {
                throw new InvalidGenerationException(errors);
            }
            Job job = new Job(
                    request, model, model.trajectory(request), model.labelNumber(request.label()), arrival.nanos);
            job.result()
                    .thenApplyAsync(
                            made -> model.generation(request, arrival.created, made.states(), made.timings()),
                            completions)
                    .whenComplete((generation, failure) -> complete(generation, failure, answer));
            answer.whenComplete((generation, failure) -> {
                if (answer.isCancelled()) {
                    metrics.cancelled(scheduler.cancel(job));
                }
            });
            scheduler.admit(job);
            if (answer.isCancelled()) { // before it was admitted
                metrics.cancelled(scheduler.cancel(job));
            }
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    private static void complete(
            @Nullable Generation generation, @Nullable Throwable failure, CompletableFuture<Generation> answer) {
        if (failure == null) {
            answer.complete(Objects.requireNonNull(generation));
        } else {
            answer.completeExceptionally(failure instanceof CompletionException e ? e.getCause() : failure);
        }
    }

    private static String outcome(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null) {
            return "completed";
        }
        if (cause instanceof QueueFullException) {
            return "rejected";
        }
        if (cause instanceof DeadlineExceededException) {
            return "late";
        }
        return cause instanceof GenerationException ? "invalid" : "failed";
    }

    @Override
    public Readiness readiness() {
        return readiness;
    }

    /** Ends the engines after their current steps, fails what is not done, and frees every model. */
    @Override
    public void close() throws InterruptedException {
        readiness = new Readiness(true, false, "Stopping.");
        scheduler.close();
        for (Engine engine : engines) {
            engine.close();
        }
        models.close();
        if (helpers != null) {
            helpers.shutdownNow();
        }
    }
}
