package io.stepwise.jobs;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process that trains a run. */
public interface JobProcess {
    /** Which device it computes on, from 0. */
    int device();

    boolean isAlive();

    /** How it ended; empty while it lives, and when nobody can say, as for one that this service did not start. */
    Optional<JobExit> exit();

    /** What else is known of how it ended, such as that its machine was needed for something else; for people. */
    default Optional<String> circumstances() {
        return Optional.empty();
    }

    /** What keeps it from beginning, for people; empty when nothing does, or nothing is known. */
    default Optional<String> waiting() {
        return Optional.empty();
    }

    /** Asks it to stop at a checkpoint, which takes it seconds; may be called again. */
    void stop();

    /** Ends it at once; what it did since its newest checkpoint is lost. */
    void kill();

    /** Completes when it is gone, where somebody tells; {@link #isAlive} is what counts. */
    CompletableFuture<?> gone();
}
