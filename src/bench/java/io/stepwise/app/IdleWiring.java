package io.stepwise.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.quarkus.arc.profile.IfBuildProfile;
import io.stepwise.app.config.StepwiseConfig;
import io.stepwise.image.ImageEncoder;
import io.stepwise.image.ImageFormat;
import io.stepwise.image.Pixels;
import io.stepwise.repository.ModelRepository;
import io.stepwise.serving.GenerationService;
import io.stepwise.serving.IdleGenerationService;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.context.ManagedExecutor;

/**
 * Changes the HTTP service for the benchmark. The engines compute nothing. An additional endpoint, a baseline for
 * {@code POST /generate}, reads a body, answers with the bytes of an image, and does nothing else.
 */
@Singleton
@IfBuildProfile("bench")
public final class IdleWiring {
    private static final int SIDE = 32;

    private final byte[] png = ImageEncoder.encode(
            new Pixels(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3]), ImageFormat.PNG, "{}".repeat(128));

    /** Replaces the product's service. */
    @Produces
    @Singleton
    GenerationService generator(
            StepwiseConfig config, MeterRegistry registry, ManagedExecutor workers, OpenTelemetry telemetry) {
        return new IdleGenerationService(
                new ModelRepository(config.models()),
                config.model(),
                config.engineSettings(),
                config.reloadSettings(),
                registry,
                workers,
                telemetry.getTracer("io.stepwise"));
    }

    void stop(@Disposes GenerationService service) throws InterruptedException {
        service.close();
    }

    void routes(@Observes Router router) {
        router.post("/bench/plain").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        context.request()
                .body()
                .onSuccess(body -> context.response()
                        .putHeader("Content-Type", "image/png")
                        .end(Buffer.buffer(png)))
                .onFailure(context::fail);
        context.request().resume(); // Quarkus pauses the request until it is read
    }
}
