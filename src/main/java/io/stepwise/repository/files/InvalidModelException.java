package io.stepwise.repository.files;

import java.io.IOException;

/** A file exists but is not part of a model that this service can use; the message names the file and the reason. */
public class InvalidModelException extends IOException {
    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
