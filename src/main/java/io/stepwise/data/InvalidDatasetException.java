package io.stepwise.data;

import org.jspecify.annotations.Nullable;

/** A data set that does not exist, has no images, is laid out wrongly, or looks made to do harm. */
public final class InvalidDatasetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidDatasetException(String message) {
        super(message);
    }

    public InvalidDatasetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
