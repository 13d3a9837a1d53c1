package io.stepwise.training.run;

import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.FolderLock;
import io.stepwise.repository.files.OwnedFolder;
import io.stepwise.training.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Creates runs: each is staged in a hidden folder and appears complete, by one rename.
 *
 * <p>A run that was requested with an idempotency key has the {@link IdempotencyRecord} in its file {@value #REQUEST}.
 * Requests with the same key, to any service on the folder, wait for each other; the second finds the run of the first.
 */
public final class NewRun {
    private static final String REQUEST = "request.json";
    private static final String STAGING = ".creating-";
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private NewRun() {}

    /**
     * The run of a request.
     *
     * @param isReplay whether an earlier request with the same key created it
     */
    public record Requested(RunFolder run, boolean isReplay) {}

    /**
     * A request with an idempotency key.
     *
     * @param key hash of the key
     * @param content hash of the body
     */
    public record Request(String key, String content) {
        private IdempotencyRecord mark() {
            return new IdempotencyRecord(key, content);
        }
    }

    public interface Completion {
        /** Receives the run before any other request can find it. */
        void complete(RunFolder run) throws IOException;
    }

    /**
     * The run of a request; a new one waits for a supervisor.
     *
     * @param request null for one without a key
     * @throws io.stepwise.repository.KeyReusedException when the key came with another request
     */
    public static Requested once(
            Path runs,
            @Nullable Request request,
            TrainingSpec spec,
            Instant now,
            RandomGenerator random,
            Completion completion)
            throws IOException {
        Files.createDirectories(runs);
        try (FolderLock alone = FolderLock.acquire(runs)) {
            Optional<RunFolder> known = request == null ? Optional.empty() : find(runs, request);
            if (known.isPresent()) {
                return new Requested(known.get(), true);
            }
            RunFolder made =
                    make(runs, spec, now, random, RunEvent.Type.QUEUED, request == null ? null : request.mark());
            completion.complete(made);
            return new Requested(made, false);
        }
    }

    /**
     * The run that an earlier request with the key of {@code request} created.
     *
     * @throws io.stepwise.repository.KeyReusedException when the key came with another request
     */
    public static Optional<RunFolder> find(Path runs, Request request) throws IOException {
        for (RunFolder run : RunFolder.list(runs)) {
            Optional<IdempotencyRecord> mark = IdempotencyRecord.read(run.root().resolve(REQUEST));
            if (mark.isPresent() && request.mark().repeats(mark.get())) {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }

    /** @param first event of the run; null for none */
    static RunFolder make(
            Path runs,
            TrainingSpec spec,
            Instant now,
            RandomGenerator random,
            RunEvent.@Nullable Type first,
            @Nullable IdempotencyRecord request)
            throws IOException {
        Files.createDirectories(runs);
        try (OwnedFolder staging = OwnedFolder.in(runs, STAGING)) {
            Path staged = staging.content();
            RunFolder unnamed = new RunFolder(staged);
            unnamed.writeSpec(spec);
            if (request != null) {
                DurableFiles.replace(staged.resolve(REQUEST), request.written());
            }
            if (first != null) {
                unnamed.append(now, first, 0, Map.of());
            }
            Path named = moveToFreeName(staged, runs, now, random);
            DurableFiles.syncDirectory(runs);
            return new RunFolder(named);
        }
    }

    /** Deletes what creations of runs left that were interrupted by a crash, as {@link OwnedFolder#sweep} does. */
    public static void sweep(Path runs, Instant cutoff) throws IOException {
        OwnedFolder.sweep(runs, STAGING, cutoff);
    }

    private static Path moveToFreeName(Path staged, Path runs, Instant now, RandomGenerator random) throws IOException {
        while (true) {
            Path named = runs.resolve(newId(now, random));
            try {
                return Files.move(staged, named, StandardCopyOption.ATOMIC_MOVE); // fails if the target has files
            } catch (FileSystemException e) {
                if (!Files.exists(named)) {
                    throw e;
                }
            }
        }
    }

    /** Ids sort by their creation time in seconds: {@code 20261122-183301-ab3f}, in UTC. */
    private static String newId(Instant now, RandomGenerator random) {
        return String.format(Locale.ROOT, "%s-%04x", ID_TIME.format(now), random.nextInt(1 << 16));
    }
}
