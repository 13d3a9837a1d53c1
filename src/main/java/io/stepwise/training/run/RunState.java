package io.stepwise.training.run;

import io.stepwise.training.spec.JsonFields;

/** Where a run stands; the JSON name is the lower-case one. */
public enum RunState {
    /** Waits for its turn. */
    QUEUED,
    /** A process trains. */
    RUNNING,
    /** Stopped at a checkpoint until somebody resumes it. */
    PAUSED,
    SUCCEEDED,
    /** Ended by a mistake or by too many crashes; it may be resumed when the cause is gone. */
    FAILED,
    /** Given up for good. */
    CANCELLED;

    /** Whether nothing follows unless somebody resumes the run. */
    public boolean isLast() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    /** The name in JSON. */
    public String wireName() {
        return JsonFields.jsonName(this);
    }
}
