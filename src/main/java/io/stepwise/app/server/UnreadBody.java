package io.stepwise.app.server;

import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Ends a request that is answered before its body has been read, such as one that is refused. The rest of the body is
 * thrown away for a moment, because many clients read an answer only when they have sent everything. Then the
 * connection is closed, which an answer of HTTP/1.1 announces, or the stream of HTTP/2 is reset.
 */
final class UnreadBody {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final long NO_ERROR = 0; // RFC 9113, section 8.1

    /** An unread body of so many bytes has most likely arrived, so that the connection can be kept. */
    private static final int SMALL = 1 << 16;

    private final HttpServerRequest request;
    private final Vertx vertx;
    private final boolean multiplexed;
    private boolean closes;

    private UnreadBody(RoutingContext context) {
        request = context.request();
        vertx = context.vertx();
        multiplexed = request.version() == HttpVersion.HTTP_2;
    }

    /**
     * Call this when a request arrives.
     *
     * @param thread of the connection
     */
    static void watch(RoutingContext context, EventLoop thread) {
        UnreadBody body = new UnreadBody(context);
        if (!body.multiplexed) {
            if (!body.isAnnounced()) {
                return;
            }
            context.addHeadersEndHandler(head -> body.announceClose());
        }
        context.addEndHandler(answered -> thread.execute(body::discard));
    }

    /** Whether an HTTP/1.1 request has a body. */
    private boolean isAnnounced() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? request.headers().contains(HttpHeaders.TRANSFER_ENCODING) : !length.equals("0");
    }

    private void announceClose() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean large = length == null || length.length() > 9 || Integer.parseInt(length) > SMALL;
        if (large && !request.isEnded()) {
            closes = true;
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    private void discard() {
        if (request.isEnded()) {
            return;
        }
        long late = vertx.setTimer(LINGER.toMillis(), now -> end());
        request.exceptionHandler(gone -> vertx.cancelTimer(late));
        request.handler(piece -> {});
        request.endHandler(end -> {
            vertx.cancelTimer(late);
            if (closes) {
                request.connection().close();
            }
        });
        request.resume();
    }

    private void end() {
        if (multiplexed) {
            request.response().reset(NO_ERROR);
        } else {
            request.connection().close();
        }
    }
}
