package io.stepwise.repository;

import io.stepwise.repository.ModelRepository.FolderWriter;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.OwnedFolder;
import io.stepwise.schema.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Imports models whose files arrive from outside. Until they are checked they lie in a hidden folder {@code
 * .import-<uuid>} beside the models; a later import deletes what a crash left.
 *
 * <p>INVARIANT: a model is visible only after all of it was checked, and nothing is left of a refused one.
 *
 * <p>Safe for use by several threads and processes.
 */
public record ModelIntake(ModelRepository repository) {
    private static final String UNPACKED = ".import-";

    /** Checks whether a valid model can be used here. */
    public interface Check {
        /** @throws InvalidModelException when it cannot be used */
        void check(NetworkFolder network, VersionMetadata metadata) throws IOException;
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
     * Publishes the files that {@code files} writes, as {@link ModelRepository#importFolder} does. One folder may
     * surround them all. A repeated request gets the version that it made.
     *
     * @param name of the model, created if it does not exist
     * @param from the origin of the files, in words for people
     * @param check a further check of the model
     * @param request null for a request without a key
     * @throws InvalidModelException when the files are not a model that can be served, or {@code check} refuses them
     * @throws IllegalArgumentException when the name is not valid
     * @throws KeyReusedException when other files came with its key
     */
    public Taken take(String name, FolderWriter files, String from, Check check, @Nullable Request request)
            throws IOException {
        ModelRepository.requireName(name);
        Path root = Files.createDirectories(repository.root());
        try (OwnedFolder unpacked = OwnedFolder.in(root, UNPACKED)) {
            files.writeTo(unpacked.content());
            FolderImport brought = FolderImport.of(FolderImport.unwrapped(unpacked.content()), false);
            VersionMetadata metadata = brought.metadata(from);
            check.check(brought.network(), metadata);
            return publish(name, brought::writeTo, metadata, request);
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

    /** Deletes what imports, publications and deletions left in the repository that were interrupted by a crash. */
    public void sweep() throws IOException {
        Path root = repository.root();
        Instant cutoff = Instant.now().minus(ModelRepository.STALE);
        OwnedFolder.sweep(root, UNPACKED, cutoff);
        if (Files.isDirectory(root)) {
            try (Stream<Path> folders = Files.list(root)) {
                for (Path folder : folders.filter(Files::isDirectory).toList()) {
                    String name = String.valueOf(folder.getFileName());
                    if (Names.isName(name)) {
                        repository.folder(name).sweep(cutoff);
                    }
                }
            }
        }
    }
}
