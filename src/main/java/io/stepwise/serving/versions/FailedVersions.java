package io.stepwise.serving.versions;

import ai.djl.engine.EngineException;
import io.stepwise.repository.FolderState;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.engine.TooLargeException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The versions that could not be loaded, and the reasons. A fault of the version itself lasts until its folder changes
 * and is no longer written to. A fault that may be the machine's, such as a disk that did not answer or a lack of
 * memory, is worth another try after a minute, or at once if an operator asks for it; so is a version whose loading ended
 * the process, after a pause. Thread-safe.
 */
final class FailedVersions {
    /** After this time a fault of the machine may be over. */
    static final Duration RETRY = Duration.ofMinutes(1);

    /** A folder that has looked the same for this long is no longer written to. */
    static final Duration REST = Duration.ofSeconds(1);

    private final LongSupplier clock;
    private final Map<ModelVersion, Refusal> all = new ConcurrentHashMap<>();

    /**
     * A version that could not be loaded.
     *
     * @param retry nanoseconds after which another attempt may go well; {@link Long#MAX_VALUE} if the fault lies in the
     *     version itself
     * @param tried its folder just before it was tried
     * @param at when it was tried, in nanoseconds of the clock
     * @param seen its folder when it was last looked at
     * @param since when the folder was first seen like that
     */
    private record Refusal(String reason, long retry, FolderState tried, long at, FolderState seen, long since) {
        Refusal seeing(FolderState now, long time) {
            return now.equals(seen) ? this : new Refusal(reason, retry, tried, at, now, time);
        }
    }

    /** @param clock nanoseconds from any origin */
    FailedVersions(LongSupplier clock) {
        this.clock = clock;
    }

    /**
     * Records that {@code version} could not be loaded.
     *
     * @param tried its folder just before the attempt
     * @return the reason, as a sentence for people
     */
    String add(ModelVersion version, FolderState tried, Throwable failure) {
        Throwable cause =
                failure instanceof UncheckedIOException && failure.getCause() != null ? failure.getCause() : failure;
        String reason = reason(version, cause);
        long now = clock.getAsLong();
        all.put(version, new Refusal(reason, retry(cause), tried, now, tried, now));
        return reason;
    }

    /** The reason why {@code version} was refused; null if it was not. */
    @Nullable
    String reason(ModelVersion version) {
        Refusal refusal = all.get(version);
        return refusal == null ? null : refusal.reason;
    }

    /**
     * Whether another attempt at {@code version} would fail for the same reason.
     *
     * @param now its folder
     * @param patient whether to wait until a changed folder is no longer written to, and until a fault of the machine
     *     may be over
     */
    boolean stands(ModelVersion version, FolderState now, boolean patient) {
        long time = clock.getAsLong();
        Refusal refusal = all.computeIfPresent(version, (same, known) -> known.seeing(now, time));
        if (refusal == null) {
            return false;
        }
        if (now.equals(refusal.tried)) {
            return refusal.retry == Long.MAX_VALUE || (patient && time - refusal.at < refusal.retry);
        }
        return patient && time - refusal.since < REST.toNanos();
    }

    /** Forgets that {@code version} was refused. */
    void forget(ModelVersion version) {
        all.remove(version);
    }

    /** Forgets the versions whose folders no longer exist. */
    void forgetGone() {
        all.keySet().removeIf(version -> Files.notExists(version.folder()));
    }

    private static long retry(Throwable cause) {
        if (cause instanceof LoadMark.DiedException died) {
            return died.pause().toNanos();
        }
        return isOwn(cause) ? Long.MAX_VALUE : RETRY.toNanos();
    }

    private static boolean isOwn(Throwable cause) {
        if (cause instanceof IOException) {
            return cause instanceof InvalidModelException
                    || cause instanceof NoSuchFileException
                    || cause instanceof FileNotFoundException;
        }
        return cause instanceof RuntimeException && !(cause instanceof EngineException);
    }

    private static String reason(ModelVersion version, Throwable cause) {
        if (cause instanceof NoSuchFileException missing && missing.getFile() != null) {
            Path path = Path.of(missing.getFile());
            return (path.startsWith(version.folder()) ? version.folder().relativize(path) : path.getFileName())
                    + " is missing";
        }
        String message = cause.getMessage();
        if (message == null) {
            return "loading it failed; the log says why";
        }
        return cause instanceof InvalidModelException
                        || cause instanceof IllegalArgumentException
                        || cause instanceof TooLargeException
                        || cause instanceof LoadMark.DiedException
                ? message
                : "loading it failed: " + message.lines().findFirst().orElse("");
    }
}
