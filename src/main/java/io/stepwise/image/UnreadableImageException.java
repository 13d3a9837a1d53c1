package io.stepwise.image;

import org.jspecify.annotations.Nullable;

/** The bytes are not an image, or the image is broken, of an unsupported kind, or too large. */
public final class UnreadableImageException extends RuntimeException {
    public UnreadableImageException(String message) {
        super(message);
    }

    public UnreadableImageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
