package io.stepwise.serving.request;

import java.time.Duration;

/** There is nothing to generate with: no model, not yet, or not any more. */
public final class NotReadyException extends GenerationException {
    private final Duration retryAfter;

    /**
     * @param reason a sentence for the client
     * @param retryAfter when it is worth asking again
     */
    public NotReadyException(String reason, Duration retryAfter) {
        super(reason);
        this.retryAfter = retryAfter;
    }

    /** The one for requests that come, or are not done, when the service ends. */
    public static NotReadyException stopping() {
        return new NotReadyException("The service is stopping.", Duration.ofSeconds(1));
    }

    /** When it is worth asking again. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
