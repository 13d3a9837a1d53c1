package io.stepwise.app.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection and checks it twice within the client's time limit. Two checks in a row without progress close
 * the connection. The connection's own thread runs the checks; requests may end on any thread.
 */
final class WatchedConnection {
    private static final int LOOKS = 2;

    private final Channel channel;
    private final long interval; // milliseconds
    private final Consumer<String> closed;
    private final AtomicInteger active = new AtomicInteger();
    private long requests;
    private long requestsSeen = -1;
    private int idleLooks;
    private @Nullable Object sending;
    private long sent;
    private int stuckLooks;

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
        requests++;
        active.incrementAndGet();
        context.addEndHandler(ended -> active.decrementAndGet());
    }

    private void look() {
        if (isStuck()) {
            close("unread");
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

    private boolean isIdle() {
        boolean idle = active.get() == 0 && requests == requestsSeen;
        requestsSeen = requests;
        idleLooks = idle ? idleLooks + 1 : 0;
        return idleLooks >= LOOKS;
    }
}
