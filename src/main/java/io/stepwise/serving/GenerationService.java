package io.stepwise.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.stepwise.repository.ModelRepository;
import io.stepwise.sampling.Row;
import io.stepwise.serving.engine.CompiledUNet;
import io.stepwise.serving.engine.Engine;
import io.stepwise.serving.engine.EngineMetrics;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.engine.GenerationTrace;
import io.stepwise.serving.engine.Job;
import io.stepwise.serving.engine.ProgressWatch;
import io.stepwise.serving.engine.StepScheduler;
import io.stepwise.serving.request.FieldError;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.Outcome;
import io.stepwise.serving.request.Readiness;
import io.stepwise.serving.versions.Lease;
import io.stepwise.serving.versions.ModelLookup;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.serving.versions.ServedModel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Generator} of the product: finds the model that a request asks for, checks what depends on it, hands the
 * work to the {@link StepScheduler}, and makes pictures of what the {@link Engine}s give back.
 */
public final class GenerationService implements Generator, AutoCloseable {
    /** One picture of 32 by 32 pixels in colour, and a little more: some tens of microseconds to decode and encode. */
    static final int NEAR_SAMPLES = 4096;

    private final ModelLookup models;
    private final InstantSource clock;
    private final Executor completions;
    private final StepScheduler scheduler;
    private final EngineMetrics metrics;
    private final List<Engine> engines = new ArrayList<>();
    private final @Nullable ExecutorService helpers;
    private final ModelCatalog catalog;
    private final Tracer tracer;
    private final Set<CompletableFuture<Generation>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    /**
     * Starts the engines and begins to load the default model.
     *
     * @param defaultModel answers requests that name none
     * @param completions decodes what is done and completes the stages; who waits for them may go on there. Looks into the
     *     repository, too, for what isn't in memory
     */
    public GenerationService(
            ModelRepository repository,
            String defaultModel,
            EngineSettings settings,
            ReloadSettings reload,
            MeterRegistry registry,
            InstantSource clock,
            Executor completions) {
        this(
                repository,
                defaultModel,
                settings,
                reload,
                registry,
                clock,
                completions,
                TracerProvider.noop().get("io.stepwise"));
    }

    /**
     * As the other.
     *
     * @param tracer makes spans for the requests that come within a trace
     */
    public GenerationService(
            ModelRepository repository,
            String defaultModel,
            EngineSettings settings,
            ReloadSettings reload,
            MeterRegistry registry,
            InstantSource clock,
            Executor completions,
            Tracer tracer) {
        this.tracer = tracer;
        this.clock = clock;
        this.completions = completions;
        helpers = helpers(settings);
        models = new ModelLookup(repository, defaultModel, settings, reload, registry, helpers, completions);
        catalog = new ModelCatalog(repository, models, completions);
        scheduler =
                new StepScheduler(settings.queueCapacity(), settings.stretch(), settings.engines(), System::nanoTime);
        metrics = new EngineMetrics(registry, scheduler);
        EngineMetrics.registerService(
                registry, settings.queueCapacity(), () -> readiness().ready());
        for (int i = 0; i < settings.engines(); i++) {
            engines.add(new Engine(i, settings.threads(), scheduler, metrics));
        }
        engines.forEach(Engine::start);
    }

    /** Threads that make noise ahead: processors that no engine uses, if there are any. */
    private static @Nullable ExecutorService helpers(EngineSettings settings) {
        int busy = CompiledUNet.gpus() > 0 ? settings.engines() : settings.engines() * settings.threads();
        int free = Math.min(4, Runtime.getRuntime().availableProcessors() - busy);
        return free <= 0
                ? null
                : Executors.newFixedThreadPool(free, task -> {
                    Thread thread = new Thread(task, "noise");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** The models that there are, and which of them serve. */
    public ModelCatalog catalog() {
        return catalog;
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener) {
        return submit(request, listener, completions);
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request, Executor near) {
        return submit(request, GenerationListener.NONE, near);
    }

    private CompletableFuture<Generation> submit(
            GenerationRequest request, GenerationListener listener, Executor near) {
        CompletableFuture<Generation> answer = new CompletableFuture<>();
        GenerationTrace trace = GenerationTrace.begin(tracer);
        SubmittedRequest arrival =
                new SubmittedRequest(request, listener, clock.instant(), scheduler.now(), near, answer, trace);
        open.add(answer);
        CompletableFuture<Lease> lease = models.find(request.model(), request.version());
        if (lease.isDone()) {
            lease.whenComplete((model, failure) -> found(arrival, model, failure));
        } else {
            lease.whenCompleteAsync((model, failure) -> found(arrival, model, failure), completions);
        }
        answer.whenComplete((generation, failure) -> ended(arrival, Outcome.of(failure)));
        return answer;
    }

    private void ended(SubmittedRequest arrival, Outcome outcome) {
        open.remove(arrival.answer());
        metrics.ended(outcome, arrival.request().n(), scheduler.now() - arrival.nanos());
        if (arrival.trace() != null && outcome != Outcome.COMPLETED) {
            arrival.trace().failed(outcome);
        }
    }

    private void found(SubmittedRequest arrival, @Nullable Lease lease, @Nullable Throwable failure) {
        if (lease == null) {
            arrival.answer().completeExceptionally(cause(Objects.requireNonNull(failure)));
        } else if (lease.model().isQuick(arrival.request())) {
            submit(arrival, lease);
        } else { // which would hold the caller up
            completions.execute(() -> submit(arrival, lease));
        }
    }

    /** The lease ends when the last row has left. */
    private void submit(SubmittedRequest arrival, Lease lease) {
        CompletableFuture<Generation> answer = arrival.answer();
        ServedModel model = lease.model();
        try {
            List<FieldError> errors = model.check(arrival.request());
            if (!errors.isEmpty()) {
                throw new InvalidGenerationException(errors);
            }
            Job job = job(arrival, model);
            job.left().thenRun(lease::close);
            job.tracedBy(arrival.trace());
            answerWith(job, model, arrival);
            scheduler.admit(job);
            arrival.listener().accepted();
            if (answer.isCancelled()) { // before it was admitted
                metrics.cancelled(scheduler.cancel(job));
            }
        } catch (RuntimeException e) {
            lease.close();
            answer.completeExceptionally(e);
        }
    }

    private Job job(SubmittedRequest arrival, ServedModel model) {
        GenerationRequest request = model.fitted(arrival.request());
        GenerationListener listener = arrival.listener();
        List<Row> rows = model.rows(request, listener.previewEvery() > 0);
        long steps = rows.stream().mapToLong(Row::stepsLeft).sum();
        ProgressWatch watch = listener == GenerationListener.NONE
                ? null
                : new ProgressWatch(listener, steps, estimate -> model.picture(request, estimate), completions);
        return new Job(request, model, rows, arrival.nanos(), watch);
    }

    /** Ties what becomes of {@code job} to the answer, and an answer that nobody wants any more to the job. */
    private void answerWith(Job job, ServedModel model, SubmittedRequest arrival) {
        CompletableFuture<Generation> answer = arrival.answer();
        Executor finisher = model.samples(job.request()) <= NEAR_SAMPLES ? arrival.near() : completions;
        job.result()
                .thenApplyAsync(made -> generation(job, model, arrival.created(), made), finisher)
                .whenComplete((generation, failure) ->
                        GenerationTrace.within(arrival.trace(), () -> complete(generation, failure, answer)));
        answer.whenComplete((generation, failure) -> {
            if (answer.isCancelled()) {
                metrics.cancelled(scheduler.cancel(job));
            }
            if (failure != null && job.watch() != null) {
                job.watch().stop();
            }
        });
    }

    private Generation generation(Job job, ServedModel model, Instant created, Job.Result made) {
        metrics.lastStepped(made.timings());
        if (job.trace() != null) {
            job.trace().completed(job, made.timings());
        }
        if (job.watch() != null) {
            job.watch().end();
        }
        return model.generation(job.request(), created, made.states(), made.timings());
    }

    private static void complete(
            @Nullable Generation generation, @Nullable Throwable failure, CompletableFuture<Generation> answer) {
        if (failure == null) {
            answer.complete(Objects.requireNonNull(generation));
        } else {
            answer.completeExceptionally(cause(failure));
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    @Override
    public Readiness readiness() {
        return stopping ? new Readiness(true, false, "Stopping.") : models.readiness();
    }

    /** Says from now on that it isn't ready, and goes on as before. */
    public void announceStop() {
        stopping = true;
    }

    /** Refuses what comes from now on with {@link NotReadyException}, and goes on with what it has. */
    public void refuseMore() {
        stopping = true;
        scheduler.refuse();
    }

    /** Whether nothing that was submitted is still to be answered. */
    public boolean isIdle() {
        return open.isEmpty();
    }

    /** Fails with {@link NotReadyException} what is not done, wherever it is; the engines end. */
    public void giveUp() {
        stopping = true;
        scheduler.close();
        open.forEach(answer -> answer.completeExceptionally(NotReadyException.stopping()));
    }

    /** Ends the engines after their current steps, fails what is not done, and frees every model. */
    @Override
    public void close() throws InterruptedException {
        giveUp();
        for (Engine engine : engines) {
            engine.close();
        }
        models.close();
        if (helpers != null) {
            helpers.shutdownNow();
        }
    }
}
