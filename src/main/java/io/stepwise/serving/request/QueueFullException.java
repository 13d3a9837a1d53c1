package io.stepwise.serving.request;

import java.time.Duration;

/** So much is waiting that nothing more is accepted. */
public final class QueueFullException extends GenerationException {
    private final Duration retryAfter;

    /** @param retryAfter when it is worth asking again */
    public QueueFullException(Duration retryAfter) {
        super("The queue is full.");
        this.retryAfter = retryAfter;
    }

    /** When it is worth asking again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
