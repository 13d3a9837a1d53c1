package io.stepwise.app.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.stepwise.app.config.StepwiseConfig;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Closes the connections of clients that read nothing of an answer, don't send the body of an answered request, or send no
 * further request within the time limit. A client that waits for its answer is never affected, however long it waits.
 *
 * <p>Vert.x's own timeout ({@code quarkus.http.idle-timeout}) cannot tell a waiting client from one that has gone. It
 * applies until the first request of a connection has arrived; after that, this class applies.
 */
@Singleton
public final class ConnectionGuard {
    private static final AttributeKey<WatchedConnection> WATCH = AttributeKey.valueOf(ConnectionGuard.class, "watch");
    private static final String IDLE_TIMEOUT = "idle"; // Vert.x's name of the handler
    private static final int FIRST = 10_000;

    private final Duration patience;
    private final MeterRegistry registry;

    ConnectionGuard(StepwiseConfig config, MeterRegistry registry) {
        patience = config.clients().patience();
        this.registry = registry;
    }

    void watchAll(@Observes Filters filters) {
        filters.register(this::watch, FIRST);
    }

    private void watch(RoutingContext context) {
        if (context.request().connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            WatchedConnection watched = channel.attr(WATCH).get();
            if (watched == null) {
                watched = new WatchedConnection(channel, patience, this::closed);
                channel.attr(WATCH).set(watched);
                if (channel.pipeline().get(IDLE_TIMEOUT) != null) {
                    channel.pipeline().remove(IDLE_TIMEOUT);
                }
                watched.start();
            }
            watched.begin(context);
            UnreadBody.watch(context, channel.eventLoop());
        }
        context.next();
    }

    private void closed(String reason) {
        registry.counter("stepwise.connections.closed", "reason", reason).increment();
    }
}
