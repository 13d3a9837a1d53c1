package io.stepwise.training;

/** Training cannot continue: its numbers are no longer finite. */
public final class DivergedException extends RuntimeException {
    DivergedException(String message) {
        super(message);
    }
}
