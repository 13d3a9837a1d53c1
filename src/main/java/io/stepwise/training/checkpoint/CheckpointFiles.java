package io.stepwise.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.training.OptimizerState;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.files.DurableFiles;
import io.stepwise.repository.files.FileDigest;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.training.run.DamagedCheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files of one checkpoint: four safetensors files, each with all parameters, one more for each of {@link
 * PowerAverages} if there are any, and {@code state.json} with the position and the sha256 of the others, written last.
 */
public final class CheckpointFiles {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String WEIGHTS = "weights.safetensors";
    private static final String AVERAGE = "ema.safetensors";
    private static final String FIRST_MOMENT = "first_moment.safetensors";
    private static final String SECOND_MOMENT = "second_moment.safetensors";
    private static final String STATE = "state.json";
    private static final String UPDATES = "optimizer_updates";
    private static final String POWERS_SINCE = "power_averages_since";
    private static final List<String> POWERS = PowerAverages.WIDTHS.stream()
            .map(width -> String.format(Locale.ROOT, "power_%.2f.safetensors", width))
            .toList();
    private static final List<String> TENSORS = List.of(WEIGHTS, AVERAGE, FIRST_MOMENT, SECOND_MOMENT);

    private CheckpointFiles() {}

    /** Writes into the existing {@code folder}, and makes its content durable. */
    static void write(Path folder, Checkpoint checkpoint, List<ParameterSpec> parameters) throws IOException {
        ObjectNode state = MAPPER.createObjectNode();
        checkpoint.position().write(state);
        checkpoint.optimizer().updates().forEach(state.putArray(UPDATES)::add);
        Map<String, float[]> all = new LinkedHashMap<>();
        all.put(WEIGHTS, checkpoint.weights());
        all.put(AVERAGE, checkpoint.average());
        all.put(FIRST_MOMENT, checkpoint.optimizer().firstMoment());
        all.put(SECOND_MOMENT, checkpoint.optimizer().secondMoment());
        PowerAverages powers = checkpoint.powers();
        if (powers != null) {
            state.put(POWERS_SINCE, powers.since());
            for (int i = 0; i < POWERS.size(); i++) {
                all.put(POWERS.get(i), powers.averages().get(i));
            }
        }
        ObjectNode files = state.putObject("files");
        for (Map.Entry<String, float[]> each : all.entrySet()) {
            Path file = folder.resolve(each.getKey());
            WeightsFile.writeFlat(file, parameters, each.getValue(), Dtype.F32);
            FileDigest digest = FileDigest.of(file);
            files.putObject(each.getKey()).put("size", digest.size()).put("sha256", digest.sha256());
        }
        DurableFiles.replace(
                folder.resolve(STATE), MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
    }

    /** See {@link Checkpoint#read}. */
    static Checkpoint read(Path folder, List<ParameterSpec> parameters) throws IOException {
        JsonNode state = verify(folder);
        WeightsFile.check(folder.resolve(WEIGHTS), parameters);
        return new Checkpoint(
                position(folder, state),
                readTensors(folder.resolve(WEIGHTS), parameters),
                readTensors(folder.resolve(AVERAGE), parameters),
                new OptimizerState(
                        readTensors(folder.resolve(FIRST_MOMENT), parameters),
                        readTensors(folder.resolve(SECOND_MOMENT), parameters),
                        updates(state.path(UPDATES))),
                powers(folder, state, parameters));
    }

    /**
     * Reads and verifies the averaged weights alone: 4 bytes of the heap per parameter.
     *
     * @throws DamagedCheckpointException when a file is missing or differs from what was written
     */
    public static float[] average(Path folder, List<ParameterSpec> parameters) throws IOException {
        verify(folder);
        return readTensors(folder.resolve(AVERAGE), parameters);
    }

    /** A number in the files of earlier versions, which had one optimizer. */
    private static List<Long> updates(JsonNode node) {
        List<Long> updates = new ArrayList<>();
        node.forEach(each -> updates.add(each.asLong()));
        return node.isArray() ? updates : List.of(node.asLong());
    }

    private static @Nullable PowerAverages powers(Path folder, JsonNode state, List<ParameterSpec> parameters)
            throws IOException {
        if (!state.has(POWERS_SINCE)) {
            return null;
        }
        List<float[]> averages = new ArrayList<>();
        for (String name : POWERS) {
            averages.add(readTensors(folder.resolve(name), parameters));
        }
        return new PowerAverages(state.get(POWERS_SINCE).intValue(), averages);
    }

    /**
     * Compares every file with its checksum.
     *
     * @return the content of {@code state.json}
     * @throws DamagedCheckpointException when a file is missing or differs from what was written
     */
    static JsonNode verify(Path folder) throws IOException {
        JsonNode state = state(folder);
        List<String> names = new ArrayList<>(TENSORS);
        if (state.has(POWERS_SINCE)) {
            names.addAll(POWERS);
        }
        for (String name : names) {
            JsonNode expected = state.path("files").path(name);
            FileDigest actual = digest(folder, name);
            if (actual.size() != expected.path("size").asLong(-1)
                    || !actual.sha256().equals(expected.path("sha256").asText())) {
                throw new DamagedCheckpointException(folder + " is damaged: " + name + " has " + actual.size()
                        + " bytes with sha256 " + actual.sha256() + ", state.json says " + expected);
            }
        }
        return state;
    }

    /**
     * The position; does not read the tensors.
     *
     * @throws DamagedCheckpointException when {@code state.json} is missing or broken
     */
    public static TrainingPosition position(Path folder) throws IOException {
        return position(folder, state(folder));
    }

    /**
     * Compares the names and shapes of the weights with those of a network, without reading the weights.
     *
     * @throws io.stepwise.repository.files.InvalidModelException when they belong to another network
     */
    public static void requireFit(Path folder, List<ParameterSpec> parameters) throws IOException {
        WeightsFile.check(folder.resolve(WEIGHTS), parameters);
    }

    private static TrainingPosition position(Path folder, JsonNode state) throws DamagedCheckpointException {
        try {
            return TrainingPosition.read(state);
        } catch (IllegalArgumentException e) {
            throw new DamagedCheckpointException(folder + " is damaged: " + STATE + ": " + e.getMessage(), e);
        }
    }

    private static JsonNode state(Path folder) throws IOException {
        try {
            return MAPPER.readTree(Files.readAllBytes(folder.resolve(STATE)));
        } catch (JsonProcessingException e) {
            throw new DamagedCheckpointException(folder + " is damaged: " + STATE + ": " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw missing(folder, STATE, e);
        }
    }

    private static FileDigest digest(Path folder, String name) throws IOException {
        try {
            return FileDigest.of(folder.resolve(name));
        } catch (NoSuchFileException e) {
            throw missing(folder, name, e);
        }
    }

    private static IOException missing(Path folder, String name, NoSuchFileException cause) {
        return Files.isDirectory(folder)
                ? new DamagedCheckpointException(folder + " is damaged: " + name + " is missing", cause)
                : cause;
    }

    private static float[] readTensors(Path file, List<ParameterSpec> parameters) throws IOException {
        float[] values = new float
                [Math.toIntExact(
                        parameters.stream().mapToLong(ParameterSpec::size).sum())];
        try (Safetensors tensors = Safetensors.open(file)) {
            int offset = 0;
            for (ParameterSpec parameter : parameters) {
                int begin = offset;
                tensors.floats(
                        parameter.name(),
                        (piece, count, first) -> System.arraycopy(piece, 0, values, begin + first, count));
                offset += (int) parameter.size();
            }
        }
        return values;
    }
}
