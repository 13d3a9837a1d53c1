package io.stepwise.upload;

import java.time.Duration;

/** The allowed number of uploads, or of previews, is in progress already. */
public final class UploadsBusyException extends RuntimeException {
    private final Duration retryAfter;

    /** @param retryAfter when it is worth asking again */
    public UploadsBusyException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
