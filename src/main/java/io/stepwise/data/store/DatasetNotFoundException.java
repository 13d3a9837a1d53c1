package io.stepwise.data.store;

/** There is no data set with the given name. */
public final class DatasetNotFoundException extends RuntimeException {
    public DatasetNotFoundException(String message) {
        super(message);
    }
}
