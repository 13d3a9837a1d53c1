package io.stepwise.repository;

import java.io.IOException;

/** There is no such model or version; the message names it. */
public final class ModelMissingException extends IOException {
    public ModelMissingException(String message) {
        super(message);
    }
}
