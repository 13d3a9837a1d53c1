package io.stepwise.serving;

import java.time.Duration;

/** Accepted, but not made in the time allowed. */
public final class DeadlineExceededException extends GenerationException {
    private static final long serialVersionUID = 1L;

    /** @param allowed the time that has passed */
    public DeadlineExceededException(Duration allowed) {
        super("Not made within " + allowed.toMillis() + " ms.");
    }
}
