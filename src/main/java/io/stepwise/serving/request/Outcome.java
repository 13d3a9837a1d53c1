package io.stepwise.serving.request;

import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** How a request for images ended; the tag in metrics is the lower-case name. */
public enum Outcome {
    /** The images were made. */
    COMPLETED,
    /** The queue was full. */
    REJECTED,
    /** It could not be done by its deadline. */
    LATE,
    /** The client cancelled the request or left. */
    CANCELLED,
    /** The request names something that does not exist, or that the model cannot do. */
    INVALID,
    /** No model is served. */
    UNAVAILABLE,
    /** The service failed. */
    FAILED;

    /** @param failure of a generation's stage; null if the images were made */
    public static Outcome of(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null) {
            return COMPLETED;
        }
        if (cause instanceof CancellationException) {
            return CANCELLED;
        }
        if (cause instanceof QueueFullException) {
            return REJECTED;
        }
        if (cause instanceof DeadlineExceededException) {
            return LATE;
        }
        if (cause instanceof NotReadyException) {
            return UNAVAILABLE;
        }
        return cause instanceof GenerationException ? INVALID : FAILED;
    }

    public String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
