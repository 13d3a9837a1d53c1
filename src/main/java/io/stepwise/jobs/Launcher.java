package io.stepwise.jobs;

import io.stepwise.training.run.RunFolder;
import java.io.IOException;
import java.util.Optional;

/** Starts training processes, wherever they run. Used by one thread; the supervisor closes it. */
public interface Launcher extends AutoCloseable {
    /**
     * Starts a process that trains {@code run}, from its newest checkpoint if it has one; returns at once.
     *
     * @param device the device to compute on, from 0; if each process has its own machine, the number of that machine
     * @throws LauncherAwayException when it shall be tried again later
     * @throws IOException when no process can be started
     */
    JobProcess launch(RunFolder run, int device) throws IOException;

    /**
     * The process that trains {@code run}, for example one that an earlier service started; or one that has ended
     * since, if its exit is known and not yet among the run's events.
     *
     * @throws LauncherAwayException when that is unknown now
     */
    Optional<JobProcess> find(RunFolder run) throws IOException;

    /** Whether processes continue when the service ends, so that the service need not stop them. */
    default boolean outlivesService() {
        return false;
    }

    @Override
    default void close() {}
}
