package io.stepwise.jobs;

import io.stepwise.training.RunFolder;
import java.io.IOException;
import java.util.Optional;

/** Starts the processes that train, wherever they run. */
public interface Launcher {
    /**
     * Starts a process that trains {@code run}, from its newest checkpoint if it has one; returns at once.
     *
     * @param device which device it computes on, from 0
     * @throws IOException when no process can be started
     */
    JobProcess launch(RunFolder run, int device) throws IOException;

    /** The process that trains {@code run} already, such as one started before this service was. */
    Optional<JobProcess> find(RunFolder run) throws IOException;
}
