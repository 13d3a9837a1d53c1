package io.stepwise.repository;

import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The record of a request with an idempotency key, kept in the folder that the request created. A later request with
 * the same key finds that folder. The record lives and is deleted with the folder, so every process that shares the
 * folder knows the key as long as the result exists.
 *
 * @param key hash of the key and of its client
 * @param content hash of the body
 */
public record IdempotencyRecord(String key, String content) {
    /** Names of the attributes in a version's metadata. */
    private static final String KEY = "request_key";

    private static final String CONTENT = "request_content";

    /**
     * Whether this is the request that left {@code known}.
     *
     * @throws KeyReusedException when it has the same key and another content
     */
    public boolean repeats(IdempotencyRecord known) {
        if (!key.equals(known.key)) {
            return false;
        }
        if (!content.equals(known.content)) {
            throw new KeyReusedException();
        }
        return true;
    }

    public byte[] written() throws IOException {
        return (JsonFiles.print(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The record in {@code file}; empty if the file does not exist or is not a record. */
    public static Optional<IdempotencyRecord> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    JsonFiles.bind(String.valueOf(file.getFileName()), JsonFiles.read(file), IdempotencyRecord.class));
        } catch (InvalidModelException e) {
            return Optional.empty();
        }
    }

    /** The record as attributes of a version. */
    Map<String, String> attributes() {
        return Map.of(KEY, key, CONTENT, content);
    }

    /** The record of a version; empty if it has none. */
    static Optional<IdempotencyRecord> of(VersionMetadata metadata) {
        String key = metadata.attributes().get(KEY);
        String content = metadata.attributes().get(CONTENT);
        return key == null || content == null ? Optional.empty() : Optional.of(new IdempotencyRecord(key, content));
    }

    /** Whether an attribute of a version belongs to its record, and so is not shown to clients. */
    public static boolean isAttribute(String name) {
        return name.equals(KEY) || name.equals(CONTENT);
    }
}
