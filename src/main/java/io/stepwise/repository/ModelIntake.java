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
 * Imports models whose files arrive from outside. Until they are checked they lie in a hidden folder {@code
 * .import-<uuid>} beside the models; a later import deletes what a crash left.
 *
 * <p>INVARIANT: a model is visible only after all of it was checked, and nothing is left of a refused one.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class ModelIntake {
    private static final String UNPACKED = ".import-";

    private final ModelRepository repository;
    private final Clock clock;

    /** @param repository receives the models */
    public ModelIntake(ModelRepository repository) {
        this(repository, Clock.systemUTC());
    }

    ModelIntake(ModelRepository repository, Clock clock) {
        this.repository = repository;
        this.clock = clock;
    }

    /** Checks whether a valid model can be used here. */
    public interface Check {
        /** @throws InvalidModelException when it cannot be used */
        void check(NetworkFolder network, VersionMetadata metadata) throws IOException;
    }

    /**
     * Publishes the files that {@code files} writes, as {@link ModelRepository#importFolder} does. One folder may
     * surround them all.
     *
     * @param name of the model, created if it does not exist
     * @param from the origin of the files, in words for people
     * @param check a further check of the model
     * @throws InvalidModelException when the files are not a model that can be served, or {@code check} refuses them
     * @throws IllegalArgumentException when the name is not valid
     */
    public ModelVersion take(String name, FolderWriter files, String from, Check check) throws IOException {
        return take(name, files, from, check, null).version();
    }

    /** Identifies the request once its files are written. */
    public interface Request {
        /** Hashes of its key and of its content. */
        IdempotencyRecord mark() throws IOException;
    }

    /**
     * An imported version.
     *
     * @param isReplay whether an earlier request with the same key and files imported it
     */
    public record Taken(ModelVersion version, boolean isReplay) {}

    /**
     * The same; a repeated request gets the version that it made.
     *
     * @param request null for a request without a key
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
            check.check(brought.network(), metadata);
            Taken taken = publish(name, brought::writeTo, metadata, request);
            DurableFiles.deleteTree(unpacked);
            return taken;
        } catch (IOException | RuntimeException e) {
            DurableFiles.deleteAfter(e, unpacked);
            throw e;
        }
    }

    /**
     * Publishes a version whose files are made here; a repeated request gets the version that it made.
     *
     * @param request null for a request without a key
     * @throws KeyReusedException when another request came with its key
     */
    public Taken publish(String name, FolderWriter files, VersionMetadata metadata, @Nullable Request request)
            throws IOException {
        if (request == null) {
            return new Taken(repository.publish(name, files, metadata), false);
        }
        IdempotencyRecord mark = request.mark();
        boolean[] there = {false};
        ModelVersion version = repository.publish(name, files, metadata.with(mark.attributes()), () -> {
            Optional<ModelVersion> twin = made(name, mark);
            there[0] = twin.isPresent();
            return twin;
        });
        return new Taken(version, there[0]);
    }

    /** The version that an earlier request with the same key made. */
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
