package io.stepwise.data.store;

/** The data set can't be deleted because it is built in or in use. */
public final class DatasetInUseException extends RuntimeException {
    public DatasetInUseException(String message) {
        super(message);
    }
}
