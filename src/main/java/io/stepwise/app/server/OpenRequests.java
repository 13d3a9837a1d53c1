package io.stepwise.app.server;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The HTTP requests whose answers have not been written yet. The event streams of jobs and of the engines do not count: they last as
 * long as the job or the service, and their clients connect again. Thread-safe.
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
        boolean lasts = path.endsWith("/events") && (path.startsWith("/train/") || path.startsWith("/engines/"));
        if (!lasts) {
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
