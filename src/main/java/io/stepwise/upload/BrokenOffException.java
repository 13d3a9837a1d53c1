package io.stepwise.upload;

import java.io.IOException;

/** An upload whose sender left, or sent nothing for too long, before its end. */
public final class BrokenOffException extends IOException {
    private static final long serialVersionUID = 1L;

    public BrokenOffException(String message) {
        super(message);
    }

    public BrokenOffException(String message, Throwable cause) {
        super(message, cause);
    }
}
