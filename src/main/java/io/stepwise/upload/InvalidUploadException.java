package io.stepwise.upload;

import org.jspecify.annotations.Nullable;

/** An upload that is well-formed HTTP, but whose archive, file names or parts are refused. */
public final class InvalidUploadException extends RuntimeException {
    public InvalidUploadException(String message) {
        super(message);
    }

    public InvalidUploadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
