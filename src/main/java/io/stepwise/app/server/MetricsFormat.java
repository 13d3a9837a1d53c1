package io.stepwise.app.server;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Answers {@code GET /q/metrics} in Prometheus' text format unless the client names OpenMetrics. Quarkus would send
 * OpenMetrics to clients that accept anything, such as curl, and {@code promtool check metrics} cannot read that.
 */
@Singleton
public final class MetricsFormat {
    private static final int PRIORITY = 100;
    private static final String PATH = "/q/metrics";

    void register(@Observes Filters filters) {
        filters.register(MetricsFormat::prefer, PRIORITY);
    }

    private static void prefer(RoutingContext context) {
        if (context.normalizedPath().equals(PATH)) {
            String accept = context.request().getHeader(HttpHeaders.ACCEPT);
            if (accept == null || !accept.contains("openmetrics")) {
                context.request().headers().set(HttpHeaders.ACCEPT, "text/plain");
            }
        }
        context.next();
    }
}
