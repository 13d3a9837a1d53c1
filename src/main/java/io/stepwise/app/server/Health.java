package io.stepwise.app.server;

import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.Readiness;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Startup;

/**
 * The health checks for orchestrators: {@code /q/health/started} (startup is complete), {@code /ready} (a request would
 * be answered) and {@code /live} (the process still responds). Each is answered by the event loop, whatever the worker
 * threads do.
 */
@Singleton
public final class Health {
    private static final String NAME = "generator";

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
        return () -> response(generator.readiness(), generator.readiness().started());
    }

    @Produces
    @Singleton
    @org.eclipse.microprofile.health.Readiness
    AsyncHealthCheck ready(Generator generator) {
        return () -> response(generator.readiness(), generator.readiness().ready());
    }

    private static Uni<HealthCheckResponse> response(Readiness readiness, boolean up) {
        return Uni.createFrom()
                .item(HealthCheckResponse.named(NAME)
                        .status(up)
                        .withData("detail", readiness.detail())
                        .build());
    }
}
