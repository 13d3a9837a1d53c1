package io.stepwise.data.store;

/** A data set that must stay: it is built in, or something works with it. */
public final class DatasetInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatasetInUseException(String message) {
        super(message);
    }
}
