package io.stepwise.repository;

import java.io.IOException;

/** There is no such model or version; the message names it. */
public final class ModelNotFoundException extends IOException {
    private static final long serialVersionUID = 1L;

    public ModelNotFoundException(String message) {
        super(message);
    }
}
