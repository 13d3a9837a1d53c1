package io.stepwise.jobs;

import java.io.IOException;

/** Whoever runs processes can't be asked or takes none just now: nothing is known, and the same is to be tried again. */
public final class LauncherAwayException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message a sentence for a person */
    public LauncherAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param message a sentence for a person */
    public LauncherAwayException(String message) {
        super(message);
    }
}
