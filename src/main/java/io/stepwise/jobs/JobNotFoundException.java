package io.stepwise.jobs;

/** There is no job with that id. */
public final class JobNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobNotFoundException(String id) {
        super("there is no training job \"" + id + "\"");
    }
}
