package io.stepwise.training;

import io.stepwise.schema.InvalidMessageException;
import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunBusyException;
import io.stepwise.training.run.StorageException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a call of {@link TrainingRun#train}; only this class tells the kinds of endings apart.
 *
 * @param kind decides what the caller should do next
 * @param step optimizer steps done if it ended well; otherwise the step of the last checkpoint
 * @param failure the cause; null if it ended well
 */
public record TrainingOutcome(Kind kind, int step, @Nullable Throwable failure) {

    public enum Kind {
        /** All steps are done, or the specification's early stop has ended the run. */
        FINISHED,
        /** It stopped on request, and left a checkpoint to resume from. */
        STOPPED,
        /** {@link StorageException}: it can resume from the last checkpoint once the storage works again. */
        STORAGE_TROUBLE,
        /** {@link InvalidMessageException}: training with this specification is impossible and would fail again. */
        INVALID_SPECIFICATION,
        /** {@link DivergedException}: the numbers are no longer finite; it would fail again. */
        DIVERGED,
        /** {@link NotEnoughMemoryException}: it may succeed when more memory is free. */
        OUT_OF_MEMORY,
        /** {@link RunBusyException}: another process trains this run; nothing was done. */
        BUSY,
        /** Any other failure, perhaps a fault of the program or of the machine. */
        FAILED
    }

    static TrainingOutcome of(int step, boolean finished) {
        return new TrainingOutcome(finished ? Kind.FINISHED : Kind.STOPPED, step, null);
    }

    /** @param step of the last checkpoint */
    static TrainingOutcome of(int step, Throwable failure) {
        Throwable cause = root(failure);
        return new TrainingOutcome(kind(cause), step, cause);
    }

    /** One line for people; empty if it ended well. */
    public String message() {
        if (failure == null) {
            return "";
        }
        String text = failure.getMessage();
        return kind == Kind.FAILED || text == null ? failure.toString() : text;
    }

    /**
     * The steps done, if it ended well.
     *
     * @throws IOException or a RuntimeException: the {@link #failure}
     */
    public int orThrow() throws IOException {
        if (failure instanceof IOException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        return step;
    }

    private static Kind kind(Throwable failure) {
        if (failure instanceof StorageException) {
            return Kind.STORAGE_TROUBLE;
        }
        if (failure instanceof InvalidMessageException) {
            return Kind.INVALID_SPECIFICATION;
        }
        if (failure instanceof DivergedException) {
            return Kind.DIVERGED;
        }
        if (failure instanceof NotEnoughMemoryException) {
            return Kind.OUT_OF_MEMORY;
        }
        return failure instanceof RunBusyException ? Kind.BUSY : Kind.FAILED;
    }

    /** The root of the failure, without the wrappers of libraries and threads. */
    private static Throwable root(Throwable failure) {
        NotEnoughMemoryException memory = NotEnoughMemoryException.of(failure);
        if (memory != null) {
            return memory;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException || cause instanceof InvalidMessageException) {
                return cause;
            }
            if (cause instanceof DamagedCheckpointException) {
                return failure;
            }
            if (cause instanceof FileSystemException file) {
                return new StorageException(String.valueOf(file.getFile()), file);
            }
        }
        return failure;
    }
}
