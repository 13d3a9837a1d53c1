package io.stepwise.serving.request;

import java.time.Duration;

/** The images can't be made in the time allowed. */
public final class DeadlineExceededException extends GenerationException {
    /**
     * @param allowed the deadline, or the longest wait of a request without one, from the request's arrival
     * @param needed the least that it would take as things stand, from the same moment
     */
    public DeadlineExceededException(Duration allowed, Duration needed) {
        super("Can't be made within " + allowed.toMillis() + " ms: as things stand it takes " + needed.toMillis()
                + " ms at least.");
    }
}
