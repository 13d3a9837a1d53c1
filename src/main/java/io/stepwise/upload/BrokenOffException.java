package io.stepwise.upload;

import java.io.IOException;

/** The client closed the connection, or sent nothing for too long, before the end of the upload. */
public final class BrokenOffException extends IOException {
    public BrokenOffException(String message) {
        super(message);
    }

    public BrokenOffException(String message, Throwable cause) {
        super(message, cause);
    }
}
