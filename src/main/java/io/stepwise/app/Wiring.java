package io.stepwise.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.DefaultBean;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.StartupEvent;
import io.stepwise.api.access.Access;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.models.RunAverages;
import io.stepwise.api.problem.PublicText;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.data.store.DatasetUse;
import io.stepwise.image.ImageReading;
import io.stepwise.jobs.EndedJobs;
import io.stepwise.jobs.JobCheck;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.GenerationStore;
import io.stepwise.serving.ModelCatalog;
import io.stepwise.serving.PictureDecoding;
import io.stepwise.serving.request.EngineWatch;
import io.stepwise.serving.request.Generator;
import io.stepwise.training.PostHocVersions;
import io.stepwise.upload.Pace;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.context.ManagedExecutor;

/** Creates the parts of the HTTP service. */
@Singleton
@Startup
public final class Wiring {
    private final StepwiseConfig config;

    /** @throws IllegalArgumentException if a setting is out of its range, which stops the start of the service */
    public Wiring(StepwiseConfig config) {
        this.config = config.checked();
        PublicText.hide(config.models(), config.runs(), config.datasets());
    }

    @Produces
    @Singleton
    GenerateLimits generateLimits() {
        return config.generateLimits();
    }

    @Produces
    @Singleton
    Pace pace() {
        return config.clients().pace();
    }

    /** The memory that the bodies, pictures and uploads of all requests share. */
    @Produces
    @Singleton
    @Startup
    MemoryBudget memoryBudget() {
        MemoryBudget budget = config.clients().budget();
        ImageReading.shareMemory(budget);
        return budget;
    }

    /** Decodes the pictures of requests, with half of the processors; a part of the queue's capacity may wait for it. */
    @Produces
    @Singleton
    PictureDecoding pictureDecoding(MeterRegistry registry) {
        int capacity = Math.max(1, config.queue().capacity() / 4);
        return new PictureDecoding(capacity, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), registry);
    }

    void stopDecoding(@Disposes PictureDecoding decoding) {
        decoding.close();
    }

    @Produces
    @Singleton
    @Startup
    @DefaultBean
    DatasetStore datasets(DatasetUse use) {
        return new DatasetStore(config.datasets(), config.uploadLimits(), use);
    }

    /** Removes what a crash has left in the folders of data sets, models and runs. */
    void sweep(@Observes StartupEvent event, DatasetStore datasets, ModelRepository models, EndedJobs jobs) {
        sweep("data sets", datasets::sweep);
        sweep("models", new ModelIntake(models)::sweep);
        sweep("runs", jobs::sweep);
    }

    private interface Sweep {
        void run() throws IOException;
    }

    private static void sweep(String place, Sweep sweep) {
        try {
            sweep.run();
        } catch (IOException e) {
            Log.warnf(e, "%s: the remains of interrupted work can't be removed", place);
        }
    }

    /** A data set is in use while a training job that needs it has not ended. */
    @Produces
    @Singleton
    @DefaultBean
    DatasetUse datasetUse(TrainingJobs jobs) {
        return jobs::usersOf;
    }

    /** The models on disk. */
    @Produces
    @Singleton
    ModelRepository modelRepository() {
        return new ModelRepository(config.models());
    }

    /** The service that makes the images. It starts to load the configured model at once. */
    @Produces
    @Singleton
    @DefaultBean
    GenerationService generator(
            ModelRepository models, MeterRegistry registry, ManagedExecutor workers, OpenTelemetry telemetry) {
        return new GenerationService(
                models,
                config.model(),
                config.engineSettings(),
                config.reloadSettings(),
                registry,
                Clock.systemUTC(),
                workers,
                telemetry.getTracer("io.stepwise"));
    }

    /** The engines at work, for operators. */
    @Produces
    @Singleton
    EngineWatch engineWatch(GenerationService service) {
        return service.watch();
    }

    /** The generations that may be requested again. */
    @Produces
    @Singleton
    GenerationStore generationStore(Generator generator) {
        return new GenerationStore(
                generator, config.generate().keep(), config.generate().maxKept(), Clock.systemUTC());
    }

    @Produces
    @Singleton
    Access access() {
        return config.auth().access();
    }

    /** The training jobs. The service watches them from its start. */
    @Produces
    @Singleton
    TrainingJobs trainingJobs() {
        return TrainingWiring.jobs(config);
    }

    @Produces
    @Singleton
    EndedJobs endedJobs() {
        return new EndedJobs(config.runs(), Clock.systemUTC());
    }

    /** The check of a specification before a job is created. */
    @Produces
    @Singleton
    JobCheck jobCheck() {
        return TrainingWiring.check(config);
    }

    /** Makes versions of the averages of training runs. */
    @Produces
    @Singleton
    RunAverages runAverages(ModelRepository models) {
        return new PostHocVersions(config.runs(), config.openDatasets(), models)::publish;
    }

    void startJobs(@Observes StartupEvent event, TrainingJobs jobs) {
        jobs.start();
    }

    void stopJobs(@Disposes TrainingJobs jobs) throws InterruptedException {
        jobs.close();
    }

    @Produces
    @Singleton
    ModelCatalog models(GenerationService service) {
        return service.catalog();
    }

    /** Creates the generator and the schemas of requests when the service starts, not on the first request. */
    void start(@Observes StartupEvent event, Generator generator, GenerateRequestReader reader) {
        Log.infof("generator: %s", generator.readiness().detail());
        String host = ConfigProvider.getConfig().getValue("quarkus.http.host", String.class);
        if (!config.auth().keys().isEmpty()) {
            Log.infof("API keys: %s", String.join(", ", config.auth().keys().keySet()));
        } else if (Set.of("127.0.0.1", "localhost", "::1").contains(host)) {
            Log.info("no API keys are configured; only this machine can reach the service");
        } else {
            Log.warnf("no API keys are configured; every client that reaches %s may do everything", host);
        }
    }

    void stop(@Disposes GenerationService service) throws InterruptedException {
        service.close();
    }
}
