package io.stepwise.serving.request;

import java.time.Duration;

/** The images can't be made in the time allowed. */
public final class DeadlineExceededException extends GenerationException {
    private static final long serialVersionUID = 1L;

    /** @param longest the time after which a request without a deadline is given up */
    public DeadlineExceededException(Duration longest) {
        super(
                "Not made within " + longest.toMillis()
                        + " ms, the longest wait of a request without deadline_ms: the service has"
                        + " too much other work. With deadline_ms a request may wait longer, with a higher priority it waits less.");
    }

    /**
     * @param allowed the time that the client gave, from the request's arrival
     * @param needed the least that it would take as things stand, from the same moment
     */
    public DeadlineExceededException(Duration allowed, Duration needed) {
        super("Can't be made within " + allowed.toMillis() + " ms: as things stand it takes " + needed.toMillis()
                + " ms at least.");
    }
}
