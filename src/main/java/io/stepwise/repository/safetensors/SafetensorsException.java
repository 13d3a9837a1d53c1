package io.stepwise.repository.safetensors;

import io.stepwise.repository.files.InvalidModelException;

/** A file is not valid safetensors; the message names the file, the tensor and the value that breaks the format. */
public final class SafetensorsException extends InvalidModelException {
    public SafetensorsException(String message) {
        super(message);
    }

    public SafetensorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
