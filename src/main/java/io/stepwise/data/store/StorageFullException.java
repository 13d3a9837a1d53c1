package io.stepwise.data.store;

import java.io.IOException;

/** The disk, or the quota, has no room for an upload. Nothing of it is left. */
public final class StorageFullException extends IOException {
    private static final long serialVersionUID = 1L;

    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }
}
