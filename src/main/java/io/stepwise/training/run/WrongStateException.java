package io.stepwise.training.run;

/** A request that the state of the run forbids. */
public final class WrongStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param action the requested action: pause, resume or cancel
     * @param status of the run
     */
    WrongStateException(String action, RunStatus status) {
        super("state is \"" + status + "\", must be " + allowed(action) + " to " + action);
    }

    private static String allowed(String action) {
        return switch (action) {
            case "resume" -> "\"paused\", \"failed\", or \"succeeded\" with more steps,";
            case "pause" -> "\"queued\" or \"running\"";
            default -> "\"queued\", \"running\" or \"paused\"";
        };
    }
}
