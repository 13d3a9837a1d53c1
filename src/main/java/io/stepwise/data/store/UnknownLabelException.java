package io.stepwise.data.store;

/** The data set does not have the requested class. */
public final class UnknownLabelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnknownLabelException(String message) {
        super(message);
    }
}
