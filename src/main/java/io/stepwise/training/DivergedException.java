package io.stepwise.training;

/** Training cannot continue: its numbers are no longer finite. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    DivergedException(String message) {
        super(message);
    }
}
