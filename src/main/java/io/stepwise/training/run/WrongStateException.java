package io.stepwise.training.run;

/** A request that the state of the run forbids. */
public final class WrongStateException extends RuntimeException {
    /** @param action the requested action: pause, resume, cancel or delete */
    public WrongStateException(String action, RunStatus status) {
        super("state is \"" + status + "\", must be " + allowed(action) + " to " + action);
    }

    /** @param message why the state of other runs forbids it */
    public WrongStateException(String message) {
        super(message);
    }

    private static String allowed(String action) {
        return switch (action) {
            case "resume" -> "\"paused\", \"failed\", or \"succeeded\" with more steps,";
            case "delete" -> "\"succeeded\", \"failed\" or \"cancelled\"";
            case "pause" -> "\"queued\" or \"running\"";
            default -> "\"queued\", \"running\" or \"paused\"";
        };
    }
}
