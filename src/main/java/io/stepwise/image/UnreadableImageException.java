package io.stepwise.image;

import org.jspecify.annotations.Nullable;

/** Bytes that are not an image, a broken image, one of a kind that is not read, or one that is too large. */
public final class UnreadableImageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableImageException(String message) {
        super(message);
    }

    public UnreadableImageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
