package io.stepwise.data.store;

/** A name that no data set can have. */
public final class InvalidDatasetNameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidDatasetNameException(String message) {
        super(message);
    }
}
