package io.stepwise.data.store;

/** There is no data set with the given name. */
public final class DatasetNotFoundException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatasetNotFoundException(String message) {
        super(message);
    }
}
