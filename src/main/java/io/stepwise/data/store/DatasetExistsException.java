package io.stepwise.data.store;

/** The name of a data set is already in use, or an upload is using it now. */
public final class DatasetExistsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatasetExistsException(String message) {
        super(message);
    }
}
