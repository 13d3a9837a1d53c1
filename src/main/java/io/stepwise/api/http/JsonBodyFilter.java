package io.stepwise.api.http;

import io.smallrye.mutiny.Uni;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.upload.Pace;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.io.InputStream;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/**
 * Reads the bodies of resource methods {@link WithJson}, after the checks of key and role. The event loop
 * gathers a body, so that a slow client holds no thread; a worker parses a large one.
 */
@Singleton
public final class JsonBodyFilter {
    /** Property of the request: its {@link JsonObject}. */
    static final String BODY = JsonBodyFilter.class.getName();

    // providers, because Quarkus creates filters before the configuration is there
    private final Provider<MemoryBudget> budget;
    private final Provider<Pace> pace;
    private final ManagedExecutor workers;

    JsonBodyFilter(Provider<MemoryBudget> budget, Provider<Pace> pace, ManagedExecutor workers) {
        this.budget = budget;
        this.pace = pace;
        this.workers = workers;
    }

    /** Reads the body. */
    @WithJson
    @ServerRequestFilter(nonBlocking = true, priority = 0) // before all that may run on workers
    public Uni<Void> gather() {
        ResteasyReactiveRequestContext context = CurrentRequestManager.get();
        RoutingContext route = context.unwrap(RoutingContext.class);
        MemoryBudget.Lease lease = budget.get().acquire(0);
        route.addEndHandler(answered -> lease.close());
        return Uni.createFrom()
                .completionStage(new ArrivingJson(route, lease, pace.get(), workers).read(context.serverRequest()))
                .invoke(body -> {
                    context.setProperty(BODY, body);
                    context.setInputStream(InputStream.nullInputStream()); // or Quarkus would read the body again
                })
                .replaceWithVoid();
    }
}
