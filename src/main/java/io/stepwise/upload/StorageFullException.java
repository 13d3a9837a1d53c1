package io.stepwise.upload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk, or the quota, has no room for an upload. Nothing of the upload is left. */
public final class StorageFullException extends IOException {
    /** With less room than this the disk counts as full; the service needs some for itself. */
    private static final long LITTLE = 1 << 20;

    public StorageFullException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * The failure of a write to {@code folder}, as a {@link StorageFullException} if the disk is full. Java has no type
     * for that, only words.
     */
    public static IOException unless(Path folder, IOException failure) {
        if (isCauseOf(failure) || room(folder) < LITTLE) {
            return new StorageFullException("there is no room left for the upload", failure);
        }
        return failure;
    }

    /** Whether {@code failure}, or one of its causes, says that a disk is full. */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String words = String.valueOf(each.getMessage());
            if (each instanceof StorageFullException
                    || each instanceof IOException
                            && (words.contains("No space left on device") || words.contains("Disk quota exceeded"))) {
                return true;
            }
        }
        return false;
    }

    private static long room(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
