package io.stepwise.serving;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.stepwise.repository.ModelRepository;
import io.stepwise.sampling.Row;
import io.stepwise.serving.engine.Engine;
import io.stepwise.serving.engine.EngineMetrics;
import io.stepwise.serving.engine.EngineModel;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.engine.GenerationTrace;
import io.stepwise.serving.engine.Job;
import io.stepwise.serving.engine.ProgressWatch;
import io.stepwise.serving.engine.StepScheduler;
import io.stepwise.serving.engine.StepWatch;
import io.stepwise.serving.request.EngineWatch;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.Outcome;
import io.stepwise.serving.request.Readiness;
import io.stepwise.serving.versions.ModelLookup;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.serving.versions.ServedModel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Generator} of the product: finds the model of a request, checks the request against it, passes the work to
 * the {@link StepScheduler}, and makes pictures of the rows that the {@link Engine}s finish.
 */
public class GenerationService implements Generator, AutoCloseable {
    /**
     * The samples of one 32 × 32 picture in colour, and a little more: decoding and encoding that takes some tens of
     * microseconds.
     */
    static final int NEAR_SAMPLES = 4096;

    private final ModelLookup models;
    private final InstantSource clock;
    private final Executor completions;
    private final StepScheduler scheduler;
    private final EngineMetrics metrics;
    private final StepWatch watch;
    private final List<Engine> engines = new ArrayList<>();
    private final @Nullable ExecutorService helpers;
    private final ModelCatalog catalog;
    private final Tracer tracer;
    private final Set<CompletableFuture<Generation>> open = ConcurrentHashMap.newKeySet();
    private final Duration longestWait;
    private volatile boolean stopping;

    /**
     * Starts the engines and begins to load the default model.
     *
     * @param defaultModel the model of requests that name none
     * @param completions decodes finished images and completes the answers; dependent stages may run there. It also
     *     runs the look into the repository for models that are not in memory
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

    /** @param tracer makes spans for the requests that come within a trace */
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
        longestWait = settings.longestWait();
        helpers = settings.noiseHelpers();
        models = new ModelLookup(repository, defaultModel, settings, reload, registry, helpers, completions);
        catalog = new ModelCatalog(repository, models, completions);
        scheduler =
                new StepScheduler(settings.queueCapacity(), settings.stretch(), settings.engines(), System::nanoTime);
        metrics = new EngineMetrics(registry, scheduler);
        watch = new StepWatch(scheduler, settings.queueCapacity());
        EngineMetrics.registerService(
                registry, settings.queueCapacity(), () -> readiness().ready());
        for (int i = 0; i < settings.engines(); i++) {
            engines.add(new Engine(i, settings.threads(), scheduler, metrics, watch));
        }
        engines.forEach(Engine::start);
    }

    /** The models of the repository and their served versions. */
    public ModelCatalog catalog() {
        return catalog;
    }

    /** The engines at work, for operators. */
    public EngineWatch watch() {
        return watch;
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request, GenerationListener listener) {
        return submit(request, listener, completions);
    }

    @Override
    public CompletableFuture<Generation> submit(GenerationRequest request, Executor near) {
        return submit(request, GenerationListener.NONE, near);
    }

    @Override
    public void refused() {
        metrics.ended(Outcome.INVALID, 0, 0);
    }

    private CompletableFuture<Generation> submit(
            GenerationRequest request, GenerationListener listener, Executor near) {
        CompletableFuture<Generation> answer = new CompletableFuture<>();
        GenerationTrace trace = GenerationTrace.begin(tracer);
        SubmittedRequest arrival =
                new SubmittedRequest(request, listener, clock.instant(), scheduler.now(), near, answer, trace);
        open.add(answer);
        CompletableFuture<LeasedModels> lease = LeasedModels.find(models, request);
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

    private void found(SubmittedRequest arrival, @Nullable LeasedModels lease, @Nullable Throwable failure) {
        if (lease == null) {
            arrival.complete(null, failure);
        } else if (lease.model().isQuick(arrival.request())) {
            submit(arrival, lease);
        } else { // decoding would block the caller
            completions.execute(() -> submit(arrival, lease));
        }
    }

    /** Submits the request to the scheduler. The lease ends when the last row has left. */
    private void submit(SubmittedRequest arrival, LeasedModels lease) {
        CompletableFuture<Generation> answer = arrival.answer();
        ServedModel model = lease.model();
        try {
            lease.check(arrival.request());
            Job job = job(arrival, lease);
            job.left().thenRun(lease::close);
            job.tracedBy(arrival.trace());
            answerWith(job, model, arrival);
            scheduler.admit(job);
            arrival.listener().accepted(() -> scheduler.place(job));
            if (answer.isCancelled()) { // it was cancelled before it was admitted
                metrics.cancelled(scheduler.cancel(job));
            }
        } catch (RuntimeException e) {
            lease.close();
            answer.completeExceptionally(e);
        }
    }

    private Job job(SubmittedRequest arrival, LeasedModels lease) {
        ServedModel model = lease.model();
        GenerationRequest request = lease.resolved(arrival.request());
        GenerationListener listener = arrival.listener();
        List<Row> rows = lease.rows(request, listener.previewEvery() > 0);
        long steps = rows.stream().mapToLong(Row::stepsLeft).sum();
        ProgressWatch watch = listener == GenerationListener.NONE
                ? null
                : new ProgressWatch(listener, steps, estimate -> model.picture(request, estimate), completions);
        Duration allowed = Objects.requireNonNullElse(request.deadline(), longestWait);
        return new Job(request, engineModel(model), rows, arrival.nanos(), allowed, watch);
    }

    /** What takes the steps of {@code model}, always the same. The load benchmark puts something of its own in its place. */
    EngineModel engineModel(ServedModel model) {
        return model;
    }

    /** Completes the answer with the result of {@code job}, and cancels {@code job} when the answer is cancelled. */
    private void answerWith(Job job, ServedModel model, SubmittedRequest arrival) {
        CompletableFuture<Generation> answer = arrival.answer();
        Executor finisher = model.samples(job.request()) <= NEAR_SAMPLES ? arrival.near() : completions;
        job.result()
                .thenApplyAsync(made -> generation(job, model, arrival.created(), made), finisher)
                .whenComplete((generation, failure) ->
                        GenerationTrace.within(arrival.trace(), () -> arrival.complete(generation, failure)));
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

    @Override
    public Readiness readiness() {
        return stopping ? new Readiness(true, false, "Stopping.") : models.readiness();
    }

    /** Reports not ready from now on, and serves as before. */
    public void announceStop() {
        stopping = true;
    }

    /** Refuses new requests with {@link NotReadyException}, and finishes the admitted ones. */
    public void refuseMore() {
        stopping = true;
        scheduler.refuse();
    }

    /** Whether every submitted request has been answered. */
    public boolean isIdle() {
        return open.isEmpty();
    }

    /** Fails all unfinished requests with {@link NotReadyException}; the engines end. */
    public void giveUp() {
        stopping = true;
        scheduler.close();
        open.forEach(answer -> answer.completeExceptionally(NotReadyException.stopping()));
    }

    /** Ends the engines after their current steps, fails unfinished requests, and frees every model. */
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
