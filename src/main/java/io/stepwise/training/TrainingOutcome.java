package io.stepwise.training;

import io.stepwise.training.run.DamagedCheckpointException;
import io.stepwise.training.run.RunBusyException;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.spec.InvalidSpecException;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * How a call of {@link TrainingRun#train} ended: the one place that tells the kinds of endings apart.
 *
 * @param kind what whoever started it should do next hangs on this
 * @param step optimizer steps done when it ended well; those of the last checkpoint otherwise
 * @param failure what went wrong; null when it ended well
 */
public record TrainingOutcome(Kind kind, int step, @Nullable Throwable failure) {

    /** Kinds of endings. */
    public enum Kind {
        /** All steps are done. */
        FINISHED,
        /** Asked to stop, it left a checkpoint to go on from. */
        STOPPED,
        /** {@link StorageException}: it can go on from the last checkpoint once the storage is put right. */
        STORAGE_TROUBLE,
        /** {@link InvalidSpecException}: the specification can't be trained with; the same again fails again. */
        INVALID_SPECIFICATION,
        /** {@link DivergedException}: the numbers are no longer finite; the same again fails again. */
        DIVERGED,
        /** {@link NotEnoughMemoryException}: the same again may do where more memory is free. */
        OUT_OF_MEMORY,
        /** {@link RunBusyException}: somebody else is training this run, and nothing was done. */
        BUSY,
        /** Anything else, which may be a fault of the program or of the machine. */
        FAILED
    }

    static TrainingOutcome of(int step, TrainingSpec spec) {
        return new TrainingOutcome(step == spec.steps() ? Kind.FINISHED : Kind.STOPPED, step, null);
    }

    /** @param step of the last checkpoint */
    static TrainingOutcome of(int step, Throwable failure) {
        Throwable cause = root(failure);
        return new TrainingOutcome(kind(cause), step, cause);
    }

    /** Whether all went as asked. */
    public boolean isWell() {
        return failure == null;
    }

    /** One line for a person; empty when it ended well. */
    public String message() {
        if (failure == null) {
            return "";
        }
        String text = failure.getMessage();
        return kind == Kind.FAILED || text == null ? failure.toString() : text;
    }

    /**
     * The steps done, when it ended well.
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
        if (failure instanceof InvalidSpecException) {
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

    /** What the failure comes down to, where libraries and threads have wrapped it. */
    private static Throwable root(Throwable failure) {
        NotEnoughMemoryException memory = NotEnoughMemoryException.of(failure);
        if (memory != null) {
            return memory;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException || cause instanceof InvalidSpecException) {
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
