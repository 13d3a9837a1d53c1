package io.stepwise.training;

import java.io.IOException;

/** A checkpoint's files are not what was written; the message names the folder and what is wrong. */
public final class DamagedCheckpointException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedCheckpointException(String message) {
        super(message);
    }

    DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
