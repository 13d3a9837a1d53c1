package io.stepwise.data.store;

/** The name is not a valid data set name. */
public final class InvalidDatasetNameException extends RuntimeException {
    public InvalidDatasetNameException(String message) {
        super(message);
    }
}
