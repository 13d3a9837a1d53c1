package io.stepwise.data.store;

/** A data set of a name is there already, or on its way. */
public final class DatasetExistsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatasetExistsException(String message) {
        super(message);
    }
}
