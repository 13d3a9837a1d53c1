package io.stepwise.data.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.stepwise.data.ClassOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code dataset.json} beside the pictures of an upload. It stores the results of the checks, so the pictures
 * need not be opened again. It is valid until files are added to the folders or removed from them, see {@link #read}.
 */
final class DatasetFile {
    static final String NAME = "dataset.json";

    private static final int FORMAT = 1;

    /** A larger file is not a file of this kind. */
    private static final long MAX_BYTES = 64 << 20;

    /**
     * The largest time between the write of this file and the last change of its folder; adding this file changes its
     * folder.
     */
    private static final Duration SLACK = Duration.ofSeconds(2);

    /** Facts that are known for every upload and do not change when the folder is renamed. */
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
     * Creates the file for an upload.
     *
     * @param folders all folders with files, relative to the data set; the data set itself is {@code ""}
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
     * Reads the file of a data set. Returns null if there is no file, if it is of another kind, or if files were later
     * added, removed or renamed in one of its folders. Files that were overwritten in place are not detected.
     *
     * @param name name of the data set in {@code folder}
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
            sortLabels(node.withArray("labels"));
            return JSON.treeToValue(node, DatasetSummary.class);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Older files have all labels in alphabetical order. */
    private static void sortLabels(ArrayNode labels) {
        Map<String, JsonNode> byName = new LinkedHashMap<>();
        labels.forEach(label -> byName.put(label.path("name").asText(), label));
        labels.removeAll();
        ClassOrder.of(byName.keySet()).forEach(name -> labels.add(byName.get(name)));
    }
}
