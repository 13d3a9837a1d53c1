package io.stepwise.training;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Java's heap, the machine's or the device's memory did not suffice. */
public final class NotEnoughMemoryException extends RuntimeException {
    private NotEnoughMemoryException(Throwable cause) {
        super(
                "not enough memory: a smaller batch_size, network or image_size needs less (" + reason(cause) + ")",
                cause);
    }

    /** What {@code failure} comes down to, if that is a lack of memory; null otherwise. */
    static @Nullable NotEnoughMemoryException of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof NotEnoughMemoryException known) {
                return known;
            }
            if (cause instanceof OutOfMemoryError || saysSo(String.valueOf(cause.getMessage()))) {
                return new NotEnoughMemoryException(cause);
            }
        }
        return null;
    }

    /** As libtorch's allocators for processors and devices put it. */
    private static boolean saysSo(String message) {
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("defaultcpuallocator")
                || text.contains("not enough memory")
                || text.contains("out of memory");
    }

    /** Of libtorch's pages the line that says it. */
    private static String reason(Throwable cause) {
        String text = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return text.lines()
                .filter(NotEnoughMemoryException::saysSo)
                .findFirst()
                .orElse(text.lines().findFirst().orElse(""))
                .trim();
    }
}
