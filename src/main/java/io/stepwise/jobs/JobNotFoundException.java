package io.stepwise.jobs;

/** There is no job with that id. */
public final class JobNotFoundException extends RuntimeException {
    JobNotFoundException(String id) {
        super("there is no training job \"" + id + "\"");
    }
}
