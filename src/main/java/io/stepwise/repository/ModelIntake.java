package io.stepwise.repository;

import io.stepwise.repository.ModelRepository.FolderWriter;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.InvalidModelException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes models in whose files arrive from elsewhere. Until they have been checked they lie in a hidden folder {@code
 * .import-<uuid>} beside the models; what a crash leaves of it goes with a later import.
 *
 * <p>INVARIANT: nothing is visible before all of it was checked, and of what is refused nothing is left.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class ModelIntake {
    private static final String UNPACKED = ".import-";

    private final ModelRepository repository;
    private final Clock clock;

    /** @param repository gets the models */
    public ModelIntake(ModelRepository repository) {
        this(repository, Clock.systemUTC());
    }

    ModelIntake(ModelRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /** Says whether a model that is sound in itself can be used. */
    public interface Check {
        /** @throws InvalidModelException when it can't */
        void check(PipelineFolder pipeline, VersionMetadata metadata) throws IOException;
    }

    /**
     * Publishes what {@code files} writes, as {@link ModelRepository#importFolder} does. The files may lie in one folder
     * that is round everything.
     *
     * @param name of the model, made when there is none
     * @param from where the files come from, in words for people
     * @param check what is asked of the model besides
     * @throws InvalidModelException when the files are no model that can be served, or {@code check} says so
     * @throws IllegalArgumentException when no model can have that name
     */
    public ModelVersion take(String name, FolderWriter files, String from, Check check) throws IOException {
        return take(name, files, from, check, null).version();
    }

    /** Tells what request brings the files, once they are written. */
    public interface Request {
        /** What names it, and a hash of what was sent. */
        IdempotencyRecord mark() throws IOException;
    }

    /**
     * A version that was taken in.
     *
     * @param isReplay whether an earlier request, with the same key and files, has brought it
     */
    public record Taken(ModelVersion version, boolean isReplay) {}

    /**
     * The same; a request that comes again gets the version that it made.
     *
     * @param request null for one that can't come again
     * @throws KeyReusedException when other files came with its key
     */
    public Taken take(String name, FolderWriter files, String from, Check check, @Nullable Request request)
            throws IOException {
        ModelRepository.requireName(name);
        Path unpacked = unpacked();
        try {
            files.writeTo(unpacked);
            FolderImport brought = FolderImport.of(FolderImport.unwrapped(unpacked));
            VersionMetadata metadata = brought.metadata(from);
            check.check(brought.pipeline(), metadata);
            Taken taken = request == null
                    ? new Taken(repository.publish(name, brought::writeTo, metadata), false)
                    : publishOnce(name, brought, metadata, request.mark());
            DurableFiles.deleteTree(unpacked);
            return taken;
        } catch (IOException | RuntimeException e) {
            DurableFiles.deleteAfter(e, unpacked);
            throw e;
        }
    }

    private Taken publishOnce(String name, FolderImport brought, VersionMetadata metadata, IdempotencyRecord mark)
            throws IOException {
        boolean[] there = {false};
        ModelVersion version = repository.publish(name, brought::writeTo, metadata.with(mark.attributes()), () -> {
            Optional<ModelVersion> twin = made(name, mark);
            there[0] = twin.isPresent();
            return twin;
        });
        return new Taken(version, there[0]);
    }

    /** The version that a request has made before. */
    private Optional<ModelVersion> made(String name, IdempotencyRecord request) throws IOException {
        for (ModelVersion version : repository.versions(name)) {
            Optional<IdempotencyRecord> mark = IdempotencyRecord.of(ModelFolder.metadata(version));
            if (mark.isPresent() && request.repeats(mark.get())) {
                return Optional.of(version);
            }
        }
        return Optional.empty();
    }

    private Path unpacked() throws IOException {
        Path root = Files.createDirectories(repository.root());
        sweep(root, clock.instant().minus(ModelRepository.STALE));
        return Files.createDirectory(root.resolve(UNPACKED + UUID.randomUUID()));
    }

    private static void sweep(Path root, Instant cutoff) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, UNPACKED + "*")) {
            for (Path leftover : leftovers) {
                if (ModelFolder.lastTouched(leftover).isBefore(cutoff)) {
                    DurableFiles.deleteTree(leftover);
                }
            }
        }
    }
}
