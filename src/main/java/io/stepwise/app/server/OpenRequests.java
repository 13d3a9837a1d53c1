package io.stepwise.app.server;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP requests whose answers have not been written yet. The event stream of a job does not count: it lasts as long
 * as the job, and its client reconnects with the id of the last event. Thread-safe.
 */
@Singleton
public final class OpenRequests {
    private static final int FIRST = 10_000;

    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closing;

    void register(@Observes Filters filters) {
        filters.register(this::track, FIRST);
    }

    private void track(RoutingContext request) {
        boolean connected = request.request().version() != HttpVersion.HTTP_2;
        if (closing && connected) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        String path = request.request().path();
        if (!(path.startsWith("/train/") && path.endsWith("/events"))) {
            count.incrementAndGet();
            request.addEndHandler(end -> count.decrementAndGet());
        }
        request.next();
    }

    /** Closes each connection after its current request from now on. */
    void closeConnections() {
        closing = true;
    }

    /** Whether all answers have been written. */
    boolean isIdle() {
        return count.get() == 0;
    }
}
