package io.stepwise.serving.engine;

import java.io.IOException;

/** A network needs more memory than is free now. The message says how much it needs, and how much there is. */
public final class TooLargeException extends IOException {
    TooLargeException(String message) {
        super(message);
    }
}
