package io.stepwise.api.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** The thread that reads a request and writes its answer. */
public final class EventLoop {
    private EventLoop() {}

    /** That of the request whose event loop calls this, later; {@code others} where a worker thread does. */
    public static Executor orElse(Executor others) {
        Context context = Context.isOnEventLoopThread() ? Vertx.currentContext() : null;
        return context == null ? others : task -> context.runOnContext(none -> task.run());
    }
}
