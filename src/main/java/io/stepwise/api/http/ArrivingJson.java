package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.memory.MemoryBudget;
import io.stepwise.upload.Pace;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jboss.resteasy.reactive.server.spi.ServerHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * One JSON body on its way. The event loop of its connection gathers it, within the limit of bytes, the memory that is
 * left for all requests, and the time that a client has.
 */
final class ArrivingJson {
    /** A body of more bytes is parsed by a worker, as that takes more than a few microseconds. */
    private static final int INLINE_BYTES = 10 << 10;

    /** Heap per received byte: the array that holds it and a larger one that replaces it. */
    private static final int GATHERING = 3;

    /** Heap per byte while it is parsed: the body, and a text of it in Jackson's buffers and twice as a string. */
    private static final int PARSING = 8;

    /** Heap per byte afterwards, if the text needs two bytes per character. */
    private static final int PARSED = 2;

    /** Heap per value, name and bracket. */
    private static final int TOKEN_BYTES = 100;

    private final RoutingContext route;
    private final HttpServerRequest request;
    private final MemoryBudget.Lease lease;
    private final Pace pace;
    private final Executor workers;
    private final @Nullable String contentType;
    private final long begin = System.nanoTime();
    private final CompletableFuture<JsonObject> result = new CompletableFuture<>();

    private byte[] body = new byte[0];
    private int length;
    private long timer = -1;

    /**
     * @param lease stays the caller's, who closes it when the request has been answered
     * @param workers parse large bodies
     */
    ArrivingJson(RoutingContext route, MemoryBudget.Lease lease, Pace pace, Executor workers) {
        this.route = route;
        this.request = route.request();
        this.lease = lease;
        this.pace = pace;
        this.workers = workers;
        contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
    }

    /**
     * Reads the body. Call this on the connection's event loop, once.
     *
     * @param quarkus the same request; asks the client to send the body, if it waits for that
     * @return fails with the reason if the body is refused; whatever is left of it then is unread
     */
    CompletableFuture<JsonObject> read(ServerHttpRequest quarkus) {
        if (request.isEnded()) {
            parse();
            return result;
        }
        try {
            JsonBody.requireAtMost(JsonBody.MAX_BYTES, announced());
        } catch (ProblemException e) {
            return CompletableFuture.failedFuture(e);
        }
        request.handler(piece -> take(piece));
        request.endHandler(end -> complete());
        request.exceptionHandler(
                gone -> fail(new ProblemException(ProblemType.BAD_REQUEST, "The body ended before its end.")));
        awaitMore();
        quarkus.resumeRequestInput();
        return result;
    }

    /** The announced length; 0 if there is none. */
    private long announced() {
        String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }

    private void take(Buffer piece) {
        if (result.isDone()) {
            return;
        }
        try {
            JsonBody.requireJson(contentType);
            int more = piece.length();
            JsonBody.requireAtMost(JsonBody.MAX_BYTES, (long) length + more);
            lease.resize(GATHERING * ((long) length + more));
            if (length + more > body.length) {
                body = Arrays.copyOf(body, Math.max(length + more, Math.min(2 * length, JsonBody.MAX_BYTES)));
            }
            piece.getBytes(body, length);
            length += more;
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    /** Sets the timer for the time at which the client is too slow if nothing more comes until then. */
    private void awaitMore() {
        Duration left = pace.deadline(length).minus(waited());
        timer = route.vertx().setTimer(Math.max(1, left.toMillis() + 1), now -> look());
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private void look() {
        try {
            pace.check(length, waited());
            awaitMore();
        } catch (RuntimeException tooSlow) {
            fail(tooSlow);
        }
    }

    private void fail(RuntimeException reason) {
        route.vertx().cancelTimer(timer);
        body = new byte[0];
        lease.close();
        result.completeExceptionally(reason);
    }

    private void complete() {
        if (result.isDone()) {
            return;
        }
        route.vertx().cancelTimer(timer);
        if (length <= INLINE_BYTES) {
            parse();
        } else {
            workers.execute(this::parse);
        }
    }

    private void parse() {
        try {
            long tokens = Math.min(JsonBody.MAX_TOKENS, length);
            lease.resize(PARSING * (long) length + TOKEN_BYTES * tokens);
            JsonBody.Parsed parsed = JsonBody.read(body, length, contentType);
            body = new byte[0];
            lease.resize(PARSED * (long) length + TOKEN_BYTES * parsed.tokens());
            result.complete(new JsonObject(parsed.fields(), length > INLINE_BYTES));
        } catch (RuntimeException e) {
            lease.close();
            result.completeExceptionally(e);
        }
    }
}
