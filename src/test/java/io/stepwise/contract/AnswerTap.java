package io.stepwise.contract;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.quarkus.test.junit.callback.QuarkusTestAfterEachCallback;
import io.quarkus.test.junit.callback.QuarkusTestMethodContext;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.stepwise.contract.AnswerCheck.Answer;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Compares every answer that the service gives in a {@code @QuarkusTest}, whichever client asked, with
 * {@code openapi.yaml}. A test that has got an answer of another kind fails after its end. It sees what is written to
 * connections of HTTP/1.1; of an answer that is cut short it sees nothing.
 */
@Singleton
public final class AnswerTap {
    private static final String VERTX_HANDLER = "handler"; // what Vert.x calls it
    private static final String NAME = "answer-tap";
    private static final int FIRST = 20_000;

    /** Schemas are compiled and used by one thread, which is not one that serves. */
    private static final ExecutorService CHECKER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, NAME);
        thread.setDaemon(true);
        return thread;
    });

    private static final AnswerCheck CHECK = AnswerCheck.ofRepository();
    private static final List<String> FAULTS = new ArrayList<>(); // of the checker's thread
    private static int checked; // of the checker's thread

    void watchAll(@Observes Filters filters) {
        filters.register(AnswerTap::watch, FIRST);
    }

    /** What was wrong since the last call; for tests that cause what no operation can document. */
    public static List<String> takeFaults() {
        return onChecker(() -> {
            List<String> faults = List.copyOf(FAULTS);
            FAULTS.clear();
            return faults;
        });
    }

    /** How many answers were compared since the start. */
    public static int checked() {
        return onChecker(() -> checked);
    }

    private static <T> T onChecker(Callable<T> task) {
        try {
            return CHECKER.submit(task).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void watch(RoutingContext context) {
        if (context.request().connection() instanceof ConnectionBase connection) {
            Channel channel = connection.channel();
            if (channel.pipeline().get(VERTX_HANDLER) != null) { // not in HTTP/2
                if (channel.pipeline().get(NAME) == null) {
                    channel.pipeline().addBefore(VERTX_HANDLER, NAME, new Tap());
                }
                ((Tap) channel.pipeline().get(NAME)).asked(context);
            }
        }
        context.next();
    }

    /** Sees the answers of one connection, one after another. */
    private static final class Tap extends ChannelOutboundHandlerAdapter {
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final Map<String, List<String>> headers = new TreeMap<>();
        private String method = "";
        private String path = "";
        private int status;
        private boolean readable;

        private void asked(RoutingContext context) {
            method = context.request().method().name();
            path = context.normalizedPath();
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse head && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                begin(head);
            }
            if (message instanceof HttpContent part) {
                ByteBuf bytes = part.content().duplicate();
                byte[] copy = new byte[bytes.readableBytes()];
                bytes.readBytes(copy);
                body.writeBytes(copy);
            } else if (message instanceof FileRegion) {
                readable = false;
            }
            if (message instanceof LastHttpContent && status != 0) {
                end();
            }
            context.write(message, promise);
        }

        private void begin(HttpResponse head) {
            body.reset();
            headers.clear();
            status = head.status().code();
            readable = true;
            head.headers().forEach(header -> headers.computeIfAbsent(
                            header.getKey().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(header.getValue()));
        }

        private void end() {
            byte[] bytes = readable ? body.toByteArray() : null;
            Answer answer = new Answer(method, path, status, new TreeMap<>(headers), bytes);
            status = 0;
            CHECKER.execute(() -> {
                checked++;
                FAULTS.addAll(CHECK.faults(answer));
            });
        }
    }

    /** Fails a test after its end. */
    public static final class AfterEach implements QuarkusTestAfterEachCallback {
        @Override
        public void afterEach(QuarkusTestMethodContext context) {
            List<String> faults = takeFaults();
            if (!faults.isEmpty()) {
                throw new AssertionError("not as openapi.yaml says:\n" + String.join("\n", faults));
            }
        }
    }
}
