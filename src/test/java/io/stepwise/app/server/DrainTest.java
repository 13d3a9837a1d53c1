package io.stepwise.app.server;

import static io.stepwise.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.stepwise.app.config.DrainConfig;
import io.stepwise.diffusion.sampler.SamplerName;
import io.stepwise.jobs.TrainingJobs;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.engine.EngineSettings;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueuePlace;
import io.stepwise.serving.versions.ReloadSettings;
import io.stepwise.serving.versions.ServingModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stopping with requests on their way, on a real engine. */
@Tag("libtorch")
class DrainTest {
    @TempDir
    private Path folder;

    private GenerationService service;

    @BeforeEach
    void start() throws Exception {
        service = new GenerationService(
                ServingModels.publish(folder.resolve("models")),
                "plain",
                new EngineSettings(1, 1, 8, 64, EngineSettings.DEFAULT_STRETCH),
                new ReloadSettings(Duration.ofSeconds(1), 1 << 30),
                new SimpleMeterRegistry(),
                InstantSource.system(),
                ForkJoinPool.commonPool());
        submit(1).get(1, TimeUnit.MINUTES);
    }

    @AfterEach
    void stop() throws InterruptedException {
        service.close();
    }

    private CompletableFuture<Generation> submit(int steps) {
        return service.submit(request(steps));
    }

    private static GenerationRequest request(int steps) {
        return new GenerationRequest(null, null, 1, 1, steps, SamplerName.DDIM, null, 1, 5, null);
    }

    /** Returns when it is in the queue. */
    private CompletableFuture<Generation> accepted(int steps) throws Exception {
        CompletableFuture<Void> queued = new CompletableFuture<>();
        CompletableFuture<Generation> work = service.submit(request(steps), new GenerationListener() {
            @Override
            public void accepted(Supplier<QueuePlace> place) {
                queued.complete(null);
            }
        });
        queued.get(1, TimeUnit.MINUTES);
        return work;
    }

    private CompletableFuture<Void> drain(Duration delay, Duration budget) throws IOException {
        TrainingJobs jobs = new TrainingJobs(
                folder.resolve("runs"),
                null,
                new TrainingJobs.Settings(1, 0, Duration.ofSeconds(1), Duration.ZERO),
                InstantSource.system(),
                new Random(1));
        Drain drain = new Drain(service, new OpenRequests(), jobs, new DrainConfig() {
            @Override
            public Duration delay() {
                return delay;
            }

            @Override
            public Duration budget() {
                return budget;
            }
        });
        return CompletableFuture.runAsync(() -> {
            try {
                drain.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void run_requestsOnTheirWay_areAnsweredAndOthersRefused() throws Exception {
        CompletableFuture<Generation> accepted = accepted(1000);

        CompletableFuture<Void> drained = drain(Duration.ZERO, Duration.ofMinutes(1));
        await("new requests are refused", () -> submit(1).isCompletedExceptionally());

        assertThatThrownBy(() -> submit(1).get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(NotReadyException.class);
        assertThat(accepted.get(1, TimeUnit.MINUTES).images()).hasSize(1);
        drained.get(1, TimeUnit.MINUTES);
        assertThat(service.isIdle()).isTrue();
    }

    @Test
    void run_duringTheDelay_isNotReadyAndTakesRequests() throws Exception {
        CompletableFuture<Void> drained = drain(Duration.ofSeconds(5), Duration.ofMinutes(1));
        await("it is not ready", () -> !service.readiness().ready());

        assertThat(submit(2).get(1, TimeUnit.MINUTES).images()).hasSize(1);
        assertThat(service.readiness().started()).isTrue();
        assertThat(drained).isNotDone();
        drained.get(1, TimeUnit.MINUTES);
    }

    @Test
    void run_moreThanTheBudgetAllows_isGivenUp() throws Exception {
        CompletableFuture<Generation> accepted = accepted(1000);
        CompletableFuture<Generation> behind = accepted(1000);

        drain(Duration.ZERO, Duration.ZERO).get(1, TimeUnit.MINUTES);

        for (CompletableFuture<Generation> each : java.util.List.of(accepted, behind)) {
            assertThatThrownBy(() -> each.get(1, TimeUnit.MINUTES))
                    .hasCauseInstanceOf(NotReadyException.class)
                    .hasMessageContaining("stopping");
        }
        assertThat(service.isIdle()).isTrue();
    }
}
