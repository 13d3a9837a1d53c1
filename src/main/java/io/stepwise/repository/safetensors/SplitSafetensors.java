package io.stepwise.repository.safetensors;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.repository.files.JsonFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Tensors in several safetensors files beside an index: a JSON object whose {@code weight_map} says for each tensor which file
 * has it, as Hugging Face's libraries write it when the weights are larger than {@code max_shard_size}.
 */
final class SplitSafetensors implements StoredTensors {
    private static final String MAP = "weight_map";
    private static final int MAX_FILES = 1000;
    private static final Pattern FILE = Pattern.compile("[^/\\\\:]+\\.safetensors");

    private final Map<String, Safetensors> files = new LinkedHashMap<>();
    private final Map<String, Safetensors> tensors = new LinkedHashMap<>();

    private SplitSafetensors() {}

    /** Whether {@code path} is named as an index. */
    static boolean isIndex(Path path) {
        return String.valueOf(path.getFileName()).endsWith(".json");
    }

    /**
     * @throws SafetensorsException when the index or a file breaks its format, when a file is missing, or when index and
     *     files disagree on which tensor is where
     */
    static SplitSafetensors open(Path index) throws IOException {
        String name = String.valueOf(index.getFileName());
        JsonNode map = JsonFiles.read(index).path(MAP);
        if (!map.isObject() || map.isEmpty()) {
            throw new SafetensorsException(name + ": the weights are split into several files, and " + MAP
                    + " must be an object that names one for each tensor; or save the model with diffusers in one file, "
                    + "with a larger max_shard_size");
        }
        SplitSafetensors split = new SplitSafetensors();
        try {
            for (Map.Entry<String, JsonNode> entry : map.properties()) {
                split.add(index, entry.getKey(), entry.getValue().asText());
            }
            split.requireAllNamed(name);
            return split;
        } catch (IOException | RuntimeException e) {
            split.close();
            throw e;
        }
    }

    private void add(Path index, String tensor, String name) throws IOException {
        Safetensors file = files.get(name);
        if (file == null) {
            file = openPart(index, name);
            files.put(name, file);
        }
        if (!file.names().contains(tensor)) {
            throw new SafetensorsException(index.getFileName() + ": " + tensor + " is not in " + name);
        }
        tensors.put(tensor, file);
    }

    private Safetensors openPart(Path index, String name) throws IOException {
        if (!FILE.matcher(name).matches()) {
            throw new SafetensorsException(index.getFileName() + ": " + MAP + " names \"" + name
                    + "\", must be a .safetensors file beside it");
        }
        if (files.size() == MAX_FILES) {
            throw new SafetensorsException(index.getFileName() + ": names more than " + MAX_FILES + " files");
        }
        Path part = index.resolveSibling(name);
        if (!Files.isRegularFile(part)) {
            throw new SafetensorsException(name + " is missing, which " + index.getFileName() + " names");
        }
        return Safetensors.open(part);
    }

    /** A tensor that the index leaves out could be another one's stale copy. */
    private void requireAllNamed(String index) throws SafetensorsException {
        for (Map.Entry<String, Safetensors> file : files.entrySet()) {
            Set<String> others = new TreeSet<>(file.getValue().names());
            others.removeIf(tensor -> tensors.get(tensor) == file.getValue());
            if (!others.isEmpty()) {
                throw new SafetensorsException(file.getKey() + " holds "
                        + others.iterator().next() + ", which " + index + " does not look for there");
            }
        }
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    private Safetensors file(String name) {
        Safetensors file = tensors.get(name);
        if (file == null) {
            throw new IllegalArgumentException("tensor " + name + " must be one of " + names());
        }
        return file;
    }

    @Override
    public List<Long> shape(String name) {
        return file(name).shape(name);
    }

    @Override
    public Dtype dtype(String name) {
        return file(name).dtype(name);
    }

    @Override
    public void floats(String name, Piece piece) throws IOException {
        file(name).floats(name, piece);
    }

    @Override
    public void close() throws IOException {
        for (Safetensors file : files.values()) {
            file.close();
        }
    }
}
