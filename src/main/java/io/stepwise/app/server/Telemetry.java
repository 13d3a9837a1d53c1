package io.stepwise.app.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.StartupEvent;
import io.stepwise.api.Routes;
import io.stepwise.jobs.JobMetrics;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.serving.engine.DeviceMetrics;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Creates the metrics of the service other than those of serving. */
@Singleton
public final class Telemetry {
    /** At most the interval at which the example configuration fetches metrics. */
    private static final Duration JOBS_EVERY = Duration.ofSeconds(5);

    /** Adapts the metrics of other libraries to our conventions. */
    @Produces
    @Singleton
    MeterFilter conventions() {
        return new MeterConventions(Routes.templates());
    }

    @Produces
    @Singleton
    MeterBinder process() {
        return new ProcessMetrics();
    }

    @Produces
    @Singleton
    MeterBinder devices() {
        return new DeviceMetrics();
    }

    @Produces
    @Singleton
    MeterBinder requests(MemoryBudget budget) {
        return registry -> {
            Gauge.builder("stepwise.clients.memory", budget, MemoryBudget::used)
                    .description("Memory for the bodies, pictures and uploads of all requests that is in use")
                    .baseUnit("bytes")
                    .register(registry);
            Gauge.builder("stepwise.clients.memory.limit", budget, MemoryBudget::size)
                    .description("Memory that these may take together")
                    .baseUnit("bytes")
                    .register(registry);
        };
    }

    @Produces
    @Singleton
    MeterBinder build(@ConfigProperty(name = "quarkus.application.version") String version) {
        return registry -> Gauge.builder("stepwise.build.info", () -> 1)
                .description("Always 1; the label is the version of Stepwise")
                .tag("version", version)
                .register(registry);
    }

    @Produces
    @Singleton
    JobMetrics jobs(TrainingJobs jobs, MeterRegistry registry) {
        return new JobMetrics(jobs, registry);
    }

    void start(@Observes StartupEvent event, JobMetrics jobs) {
        jobs.start(JOBS_EVERY);
    }

    void stop(@Disposes JobMetrics jobs) {
        jobs.close();
    }
}
