package io.stepwise.training.run;

import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a run must write or read can't be: the disk is full, the volume is read-only, broken or gone. Nothing is wrong
 * with the run, which goes on from its last checkpoint once that is put right. The message names the file or folder and
 * the reason.
 */
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1;

    public StorageException(String path, IOException cause) {
        super(path + ": " + reason(cause), cause);
    }

    /** Something that uses files. */
    public interface Use<T> {
        T run() throws IOException;
    }

    /** Something that uses files and has no result. */
    public interface Action {
        void run() throws IOException;
    }

    /**
     * Does {@code use}, and tells failures of the storage from others.
     *
     * @param path what it is all about
     * @throws StorageException when the storage is the trouble
     * @throws InvalidModelException from {@code use}, as {@link DamagedCheckpointException} is
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
