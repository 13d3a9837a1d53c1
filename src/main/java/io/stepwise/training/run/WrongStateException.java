package io.stepwise.training.run;

/** Somebody asked of a run what its state forbids. */
public final class WrongStateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param action what was asked: pause, resume or cancel
     * @param status where the run stands
     */
    WrongStateException(String action, RunStatus status) {
        super("state is \"" + status + "\", must be " + allowed(action) + " to " + action);
    }

    private static String allowed(String action) {
        return switch (action) {
            case "resume" -> "\"paused\" or \"failed\"";
            case "pause" -> "\"queued\" or \"running\"";
            default -> "\"queued\", \"running\" or \"paused\"";
        };
    }
}
