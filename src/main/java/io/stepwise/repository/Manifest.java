package io.stepwise.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.files.FileDigest;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code manifest.json} of a version: its metadata and the digests of its files. It is written last, so a folder
 * without a manifest is not a version.
 *
 * @param created when it was published
 * @param metadata from its publisher
 * @param files the digest of every other file by its path in the folder, with {@code /} between names
 */
public record Manifest(Instant created, VersionMetadata metadata, Map<String, FileDigest> files) {
    public static final String FILE = "manifest.json";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*");

    /**
     * @throws IllegalArgumentException when a path leaves the folder or a file of the pipeline is missing
     */
    public Manifest {
        files = Map.copyOf(files);
        for (String path : files.keySet()) {
            for (String name : path.split("/", -1)) {
                if (!NAME.matcher(name).matches()) {
                    throw new IllegalArgumentException(
                            "files path " + path + " must be names of " + NAME + " with / between them");
                }
            }
        }
        for (String path : files.containsKey(LatentFolder.CONFIG) ? LatentFolder.FILES : PipelineFolder.FILES) {
            if (!files.containsKey(path)) {
                throw new IllegalArgumentException("files " + files.keySet() + " must hold " + path);
            }
        }
    }

    /** The checksum of the weights' file, which identifies a checkpoint wherever it is. */
    public String checkpointSha256() {
        return digest(files.containsKey(LatentFolder.CONFIG) ? LatentFolder.WEIGHTS : PipelineFolder.WEIGHTS)
                .sha256();
    }

    /**
     * The digest of the file at {@code path}.
     *
     * @throws IllegalArgumentException when {@code path} is not among {@link #files}
     */
    public FileDigest digest(String path) {
        FileDigest digest = files.get(path);
        if (digest == null) {
            throw new IllegalArgumentException("path " + path + " must be one of " + files.keySet());
        }
        return digest;
    }

    /**
     * @throws InvalidModelException when the file is not a manifest
     */
    public static Manifest read(Path path) throws IOException {
        ObjectNode object = JsonFiles.read(path);
        for (String key : new String[] {"created", "metadata", "files"}) {
            if (!object.hasNonNull(key)) {
                throw new InvalidModelException(path.getFileName() + ": " + key + " must be given");
            }
        }
        return JsonFiles.bind(String.valueOf(path.getFileName()), object, Manifest.class);
    }

    void write(Path path) throws IOException {
        JsonFiles.write(path, this);
    }
}
