package io.stepwise.app.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection and checks it twice within the client's time limit. Two checks in a row without progress close
 * the connection. The connection's own thread runs the checks; requests may end on any thread.
 */
final class WatchedConnection {
    /** Bytes per second of a request's body; a slower body counts as stalled. */
    private static final int LEAST_PER_SECOND = 256;

    private static final int LOOKS = 2;

    private final Channel channel;
    private final long interval; // milliseconds
    private final Consumer<String> closed;
    private final Map<HttpServerRequest, Arrival> active = new ConcurrentHashMap<>();
    private long requests;
    private long requestsSeen = -1;
    private int idleLooks;
    private @Nullable Object sending;
    private long sent;
    private int stuckLooks;

    /** The received part of a request's body. */
    private static final class Arrival {
        private long bytes;
        private int slowLooks;
    }

    /**
     * @param patience time limit; the connection is closed between 1 and 1.5 times this time
     * @param closed receives the reason
     */
    WatchedConnection(Channel channel, Duration patience, Consumer<String> closed) {
        this.channel = channel;
        this.closed = closed;
        interval = Math.max(1, patience.toMillis() / LOOKS);
    }

    void start() {
        ScheduledFuture<?> looks =
                channel.eventLoop().scheduleWithFixedDelay(this::look, interval, interval, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(gone -> looks.cancel(false));
    }

    /** Call this when a request arrives, on the connection's thread. */
    void begin(RoutingContext context) {
        HttpServerRequest request = context.request();
        requests++;
        active.put(request, new Arrival());
        context.addEndHandler(ended -> active.remove(request));
    }

    private void look() {
        if (isStuck()) {
            close("unread");
        } else if (isSlow()) {
            close("slow");
        } else if (isIdle()) {
            close("idle");
        }
    }

    private void close(String reason) {
        closed.accept(reason);
        channel.close();
    }

    /** Whether there is data to send and the client does not read it. */
    private boolean isStuck() {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        Object next = out == null || out.totalPendingWriteBytes() == 0 ? null : out.current();
        long progress = next == null ? 0 : out.currentProgress();
        boolean moved = next == null || next != sending || progress != sent;
        sending = next;
        sent = progress;
        stuckLooks = moved ? 0 : stuckLooks + 1;
        return stuckLooks >= LOOKS;
    }

    /** Whether the body of a request arrives too slowly although nothing but the client delays it. */
    private boolean isSlow() {
        for (Map.Entry<HttpServerRequest, Arrival> each : active.entrySet()) {
            HttpServerRequest request = each.getKey();
            Arrival arrival = each.getValue();
            long bytes = request.bytesRead();
            boolean slow = bytes - arrival.bytes < LEAST_PER_SECOND * interval / 1000 + 1;
            arrival.bytes = bytes;
            arrival.slowLooks = slow && isAwaited(request, bytes) ? arrival.slowLooks + 1 : 0;
            if (arrival.slowLooks >= LOOKS) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the client could send more now. False if the service itself delays the body, and for HTTP/2, where
     * requests take turns.
     */
    private boolean isAwaited(HttpServerRequest request, long bytes) {
        if (request.version() == HttpVersion.HTTP_2
                || request.isEnded()
                || !channel.config().isAutoRead()) {
            return false;
        }
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null
                ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                : !length.equals(Long.toString(bytes));
    }

    private boolean isIdle() {
        boolean idle = active.isEmpty() && requests == requestsSeen;
        requestsSeen = requests;
        idleLooks = idle ? idleLooks + 1 : 0;
        return idleLooks >= LOOKS;
    }
}
