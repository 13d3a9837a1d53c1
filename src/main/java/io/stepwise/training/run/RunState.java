package io.stepwise.training.run;

import java.util.Locale;

/** The state of a run; the JSON name is the lower-case one. */
public enum RunState {
    /** Waits for its turn. */
    QUEUED,
    /** A process trains it. */
    RUNNING,
    /** Stopped at a checkpoint until it is resumed. */
    PAUSED,
    SUCCEEDED,
    /** Ended by an error or by too many crashes; it may be resumed when the cause is gone. */
    FAILED,
    /** Cancelled for good. */
    CANCELLED;

    /** Whether it stays in this state until it is resumed. */
    public boolean isLast() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
