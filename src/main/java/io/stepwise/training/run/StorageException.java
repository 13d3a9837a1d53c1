package io.stepwise.training.run;

import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Files of a run cannot be written or read: the disk is full, or the volume is read-only, broken or gone. The run
 * itself is sound, and continues from its last checkpoint once the storage works again. The message names the file or
 * folder and the reason.
 */
public final class StorageException extends IOException {
    public StorageException(String path, IOException cause) {
        super(path + ": " + reason(cause), cause);
    }

    public interface Use<T> {
        T run() throws IOException;
    }

    public interface Action {
        void run() throws IOException;
    }

    /**
     * Runs {@code use}, and turns failures of the storage into a {@link StorageException}.
     *
     * @param path the file or folder named in the message
     * @throws StorageException when the storage fails
     * @throws InvalidModelException from {@code use}, as well as {@link DamagedCheckpointException}
     */
    public static <T> T guard(Path path, Use<T> use) throws IOException {
        try {
            return use.run();
        } catch (StorageException | InvalidModelException | DamagedCheckpointException e) {
            throw e;
        } catch (IOException e) {
            throw new StorageException(path.toString(), e);
        }
    }

    /** {@link #guard(Path, Use)} without a result. */
    public static void guard(Path path, Action action) throws IOException {
        guard(path, () -> {
            action.run();
            return path;
        });
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "is not there, or not any more";
        }
        if (cause instanceof AccessDeniedException) {
            return "must not be accessed";
        }
        if (cause instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
