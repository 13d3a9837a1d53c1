package io.stepwise.jobs;

import java.io.IOException;

/** The system that runs the processes cannot be reached, or takes no process now. The call shall be tried again. */
public final class LauncherAwayException extends IOException {
    /** @param message a sentence for people */
    public LauncherAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    /** @param message a sentence for people */
    public LauncherAwayException(String message) {
        super(message);
    }
}
