package io.stepwise.data;

import org.jspecify.annotations.Nullable;

/** A data set does not exist, has no images, has a wrong layout, or looks malicious. */
public final class InvalidDatasetException extends RuntimeException {
    public InvalidDatasetException(String message) {
        super(message);
    }

    public InvalidDatasetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
