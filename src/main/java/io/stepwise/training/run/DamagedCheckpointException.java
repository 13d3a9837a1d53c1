package io.stepwise.training.run;

import java.io.IOException;

/** The files of a checkpoint differ from what was written; the message names the folder and the difference. */
public final class DamagedCheckpointException extends IOException {
    public DamagedCheckpointException(String message) {
        super(message);
    }

    public DamagedCheckpointException(String message, Throwable cause) {
        super(message, cause);
    }
}
