package io.stepwise.data.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code dataset.json} beside the pictures of an upload: what was found when they were checked, so that they need not be
 * opened again. It counts until files are added to the folders or taken from them, see {@link #read}.
 */
final class DatasetFile {
    static final String NAME = "dataset.json";

    private static final int FORMAT = 1;

    /** A larger file is not one of these. */
    private static final long MAX_BYTES = 64 << 20;

    /** How much later than this file a folder's last change may be, which this file's own name is. */
    private static final Duration SLACK = Duration.ofSeconds(2);

    /** What does not change when the folder is renamed, and is known of every upload. */
    private static final List<String> NOT_KEPT = List.of("name", "builtin", "problem");

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private DatasetFile() {}

    /**
     * The file for an upload.
     *
     * @param folders all folders with files, relative to the data set, which is {@code ""}
     */
    static byte[] written(DatasetSummary summary, Collection<String> folders) {
        ObjectNode node = JSON.createObjectNode().put("format", FORMAT);
        node.setAll(JSON.<ObjectNode>valueToTree(summary));
        node.remove(NOT_KEPT);
        node.set("folders", JSON.valueToTree(folders));
        try {
            return (JSON.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of plain values can be written", impossible);
        }
    }

    /**
     * What the file of a data set says; null when there is none, when it is of another kind, or when files were added,
     * removed or renamed in one of its folders later. Files that were overwritten in place are not noticed.
     *
     * @param name of the data set in {@code folder}
     */
    static @Nullable DatasetSummary read(String name, Path folder) {
        Path file = folder.resolve(NAME);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                return null;
            }
            Instant trusted = Files.getLastModifiedTime(file).toInstant().plus(SLACK);
            ObjectNode node = JSON.readValue(Files.readAllBytes(file), ObjectNode.class);
            if (node.path("format").asInt() != FORMAT || !node.path("created").isTextual()) {
                return null;
            }
            for (JsonNode below : node.withArray("folders")) {
                Path path = folder.resolve(below.asText());
                if (Files.getLastModifiedTime(path).toInstant().isAfter(trusted)) {
                    return null;
                }
            }
            node.put("name", name).put("builtin", false).putNull("problem");
            return JSON.treeToValue(node, DatasetSummary.class);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }
}
