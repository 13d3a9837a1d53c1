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
 * What a request that must not be done twice leaves in the folder of what it made: whoever comes with the same key finds
 * that. It appears and goes with the folder, so a key is known as long as what it stands for is there, to every process
 * that shares the folder.
 *
 * @param key hash of the key and of who sent it
 * @param content hash of what was sent
 */
public record IdempotencyRecord(String key, String content) {
    /** Names among the attributes of a version. */
    private static final String KEY = "request_key";

    private static final String CONTENT = "request_content";

    /**
     * Whether this is the request that left {@code known}.
     *
     * @throws KeyReusedException when it has the same key, and something else was sent with it
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

    /** As a file has it. */
    public byte[] written() throws IOException {
        return (JsonFiles.print(this) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The mark in {@code file}; empty when there is no such file, or it is none of ours: then it is nobody's mark. */
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

    /** As attributes of a version. */
    Map<String, String> attributes() {
        return Map.of(KEY, key, CONTENT, content);
    }

    /** The mark of a version; empty when it has none. */
    static Optional<IdempotencyRecord> of(VersionMetadata metadata) {
        String key = metadata.attributes().get(KEY);
        String content = metadata.attributes().get(CONTENT);
        return key == null || content == null ? Optional.empty() : Optional.of(new IdempotencyRecord(key, content));
    }

    /** Whether an attribute of a version is a part of its mark, which is nobody's business. */
    public static boolean isAttribute(String name) {
        return name.equals(KEY) || name.equals(CONTENT);
    }
}
