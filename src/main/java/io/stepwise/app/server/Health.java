package io.stepwise.app.server;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.stepwise.api.problem.PublicText;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.Readiness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Startup;

/**
 * The health checks for orchestrators: {@code /q/health/started} (startup is complete), {@code /ready} (a request would
 * be answered) and {@code /live} (the process still responds). {@code /q/health} lists all three, each by its own name.
 * The event loop answers them, whatever the worker threads do.
 */
@Singleton
public final class Health {
    @Produces
    @Singleton
    @Liveness
    AsyncHealthCheck live() {
        return () -> Uni.createFrom().item(HealthCheckResponse.up("process"));
    }

    @Produces
    @Singleton
    @Startup
    AsyncHealthCheck started(Generator generator) {
        return () ->
                response("started", generator.readiness(), generator.readiness().started());
    }

    @Produces
    @Singleton
    @org.eclipse.microprofile.health.Readiness
    AsyncHealthCheck ready(Generator generator) {
        return () ->
                response("ready", generator.readiness(), generator.readiness().ready());
    }

    private static Uni<HealthCheckResponse> response(String name, Readiness readiness, boolean up) {
        return Uni.createFrom()
                .item(HealthCheckResponse.named(name)
                        .status(up)
                        .withData("detail", PublicText.of(readiness.detail()))
                        .build());
    }
}
