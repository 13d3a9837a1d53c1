package io.stepwise.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code model.json}: an operator's settings of a model.
 *
 * @param description for people; empty by default
 * @param labels names of the classes, for versions without names of their own
 * @param servedVersion the served version; null means the latest that is no candidate
 * @param followsLatest whether an operator has chosen the latest, written {@code "latest"}
 * @param pinned versions that are never pruned, ascending
 */
public record ModelSettings(
        String description,
        List<String> labels,
        @Nullable Integer servedVersion,
        boolean followsLatest,
        List<Integer> pinned) {
    public static final String FILE = "model.json";

    /** The settings if there is no file. */
    public static final ModelSettings DEFAULTS = new ModelSettings("", List.of(), null, false, List.of());

    private static final String LATEST = "latest";

    public ModelSettings {
        labels = List.copyOf(labels);
        pinned = List.copyOf(new TreeSet<>(pinned));
        if (servedVersion != null && servedVersion < 1) {
            throw new IllegalArgumentException("served " + servedVersion + " must be \"latest\" or at least 1");
        }
    }

    /** @param version null for the latest, by an operator's choice */
    public ModelSettings withServedVersion(@Nullable Integer version) {
        return new ModelSettings(description, labels, version, version == null, pinned);
    }

    public ModelSettings withPinned(List<Integer> versions) {
        return new ModelSettings(description, labels, servedVersion, followsLatest, versions);
    }

    /** The settings in {@code path}, or {@link #DEFAULTS} if there is no such file. */
    static ModelSettings read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return DEFAULTS;
        }
        ObjectNode object = JsonFiles.toObject(DEFAULTS).setAll(JsonFiles.read(path));
        JsonNode served = object.remove("served");
        boolean latest = served != null && served.asText().equals(LATEST);
        object.put("follows_latest", latest);
        object.set("served_version", served == null || latest ? NullNode.getInstance() : served);
        return JsonFiles.bind(FILE, object, ModelSettings.class);
    }

    void write(Path path) throws IOException {
        ObjectNode object = JsonFiles.toObject(this);
        JsonNode version = object.remove("served_version");
        object.remove("follows_latest");
        if (followsLatest || servedVersion != null) {
            object.set("served", followsLatest ? object.textNode(LATEST) : version);
        }
        JsonFiles.write(path, object);
    }
}
