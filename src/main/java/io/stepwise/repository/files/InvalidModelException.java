package io.stepwise.repository.files;

import java.io.IOException;

/** What was to be read is there but is not a model this service can take: the message names the file and the reason. */
public class InvalidModelException extends IOException {
    private static final long serialVersionUID = 1L;

    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
