package io.stepwise.jobs;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A process that trains a run. */
public interface JobProcess {
    /** The device that it computes on, from 0. */
    int device();

    boolean isAlive();

    /** Its exit; empty while it runs, and if the exit is unknown, as for a process that another service started. */
    Optional<JobExit> exit();

    /** More about its end for people, for example that its machine was preempted. */
    default Optional<String> circumstances() {
        return Optional.empty();
    }

    /** The reason why it has not begun, for people; empty if there is none or it is unknown. */
    default Optional<String> waiting() {
        return Optional.empty();
    }

    /** Asks it to stop at a checkpoint, which takes seconds. May be called again. */
    void stop();

    /** Ends it at once; the work since its newest checkpoint is lost. */
    void kill();

    /** Completes after its end if the launcher is notified; {@link #isAlive} is authoritative. */
    CompletableFuture<?> gone();
}
