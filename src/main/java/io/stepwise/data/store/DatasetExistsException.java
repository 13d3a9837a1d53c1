package io.stepwise.data.store;

/** The name of a data set is already in use, or an upload is using it now. */
public final class DatasetExistsException extends RuntimeException {
    public DatasetExistsException(String message) {
        super(message);
    }
}
