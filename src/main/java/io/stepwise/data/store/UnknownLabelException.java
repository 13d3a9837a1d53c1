package io.stepwise.data.store;

/** The data set does not have the requested class. */
public final class UnknownLabelException extends RuntimeException {
    public UnknownLabelException(String message) {
        super(message);
    }
}
