package io.stepwise.jobs;

import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.Optional;

/** Starts the processes that train, wherever they run. For one thread at a time; whoever supervises closes it. */
public interface Launcher extends AutoCloseable {
    /**
     * Starts a process that trains {@code run}, from its newest checkpoint if it has one; returns at once.
     *
     * @param device which device it computes on, from 0; where each process has a machine of its own, its number among them
     * @throws LauncherAwayException when that is to be tried again later
     * @throws IOException when no process can be started
     */
    JobProcess launch(RunFolder run, int device) throws IOException;

    /**
     * The process that trains {@code run} already, such as one started before this service was; or one that has ended
     * since, where it is still known how and the run's events don't tell.
     *
     * @throws LauncherAwayException when that can't be said now
     */
    Optional<JobProcess> find(RunFolder run) throws IOException;

    /** Whether processes go on when the service ends, so that it needs not stop them. */
    default boolean outlivesService() {
        return false;
    }

    @Override
    default void close() {}
}
