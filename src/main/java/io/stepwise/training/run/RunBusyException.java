package io.stepwise.training.run;

/** Another process, or another thread of this one, trains the run. */
public final class RunBusyException extends RuntimeException {
    public RunBusyException(String run) {
        super("run " + run + " is being trained by another process");
    }
}
