package io.stepwise.data.store;

/** A class that a data set doesn't have. */
public final class UnknownLabelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownLabelException(String message) {
        super(message);
    }
}
