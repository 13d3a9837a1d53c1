package io.stepwise.training.run;

import java.io.IOException;

/** A checkpoint's files are not what was written; the message names the folder and what is wrong. */
public final class DamagedCheckpointException extends IOException {
    private static final long serialVersionUID = 1;

    public DamagedCheckpointException(String message) {
        super(message);
    }

    public DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
