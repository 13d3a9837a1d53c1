package io.stepwise.api.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** The thread that reads a request and writes its answer. */
public final class EventLoop {
    private EventLoop() {}

    /**
     * An executor that runs tasks later on the event loop of the current request; {@code others} if the caller is on a
     * worker thread.
     */
    public static Executor orElse(Executor others) {
        Context context = Context.isOnEventLoopThread() ? Vertx.currentContext() : null;
        return context == null ? others : task -> context.runOnContext(none -> task.run());
    }
}
