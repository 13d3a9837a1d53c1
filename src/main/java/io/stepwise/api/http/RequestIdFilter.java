package io.stepwise.api.http;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/**
 * Gives every request an id: the client's own {@code X-Request-Id} if it is harmless, a new one otherwise. After this
 * filter the request's header holds the id, and the answer repeats it. It is the first filter of all, so that every
 * refusal and every path has an id.
 */
@Singleton
public final class RequestIdFilter {
    public static final String HEADER = "X-Request-Id";

    /** The id's name in the context of log messages, which Quarkus keeps with the request. */
    static final String LOG_KEY = "requestId";

    private static final int FIRST = 20_000;
    private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    void register(@Observes Filters filters) {
        filters.register(RequestIdFilter::identify, FIRST);
    }

    private static void identify(RoutingContext context) {
        String id = context.request().getHeader(HEADER);
        if (id == null || !PATTERN.matcher(id).matches()) {
            id = UUID.randomUUID().toString();
        }
        context.request().headers().set(HEADER, id);
        context.response().putHeader(HEADER, id);
        MDC.put(LOG_KEY, id);
        context.next();
    }
}
