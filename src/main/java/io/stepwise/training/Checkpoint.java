package io.stepwise.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.model.OptimizerState;
import io.stepwise.model.ParameterSpec;
import io.stepwise.repository.Dtype;
import io.stepwise.repository.DurableFiles;
import io.stepwise.repository.Safetensors;
import io.stepwise.repository.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything a run needs to go on: weights, their average, the optimizer's memory and how far it got. All randomness of
 * a run is keyed by the step, so that no generator's state belongs to it.
 *
 * @param step optimizer steps done
 * @param wallSeconds spent training so far
 * @param weights every parameter in the network's order
 * @param average their moving average
 * @param optimizer what Adam remembers
 */
@SuppressWarnings("ArrayRecordComponent") // handed over as it is, never compared
public record Checkpoint(int step, double wallSeconds, float[] weights, float[] average, OptimizerState optimizer) {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String WEIGHTS = "weights.safetensors";
    private static final String AVERAGE = "ema.safetensors";
    private static final String FIRST_MOMENT = "first_moment.safetensors";
    private static final String SECOND_MOMENT = "second_moment.safetensors";
    private static final String STATE = "state.json";

    /** Writes it beside {@code folder}, syncs it and renames it; afterwards the folder is whole or not there. */
    void write(Path folder, List<ParameterSpec> parameters) throws IOException {
        Path parent = Files.createDirectories(folder.toAbsolutePath().getParent());
        Path staged = Files.createTempDirectory(parent, ".writing-");
        try {
            writeTensors(staged.resolve(WEIGHTS), parameters, weights);
            writeTensors(staged.resolve(AVERAGE), parameters, average);
            writeTensors(staged.resolve(FIRST_MOMENT), parameters, optimizer.firstMoment());
            writeTensors(staged.resolve(SECOND_MOMENT), parameters, optimizer.secondMoment());
            Map<String, Object> state =
                    Map.of("step", step, "wall_s", wallSeconds, "optimizer_updates", optimizer.updates());
            DurableFiles.replace(
                    staged.resolve(STATE),
                    MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(state));
            DurableFiles.deleteTree(folder);
            Files.move(staged, folder, StandardCopyOption.ATOMIC_MOVE);
            DurableFiles.syncDirectory(parent);
        } finally {
            DurableFiles.deleteTree(staged);
        }
    }

    /**
     * Reads what {@link RunFolder#checkpointFolder} holds.
     *
     * @throws IOException when a file is missing or does not fit {@code parameters}
     */
    public static Checkpoint read(Path folder, List<ParameterSpec> parameters) throws IOException {
        JsonNode state = MAPPER.readTree(folder.resolve(STATE).toFile());
        return new Checkpoint(
                state.get("step").asInt(),
                state.get("wall_s").asDouble(),
                readTensors(folder.resolve(WEIGHTS), parameters),
                readTensors(folder.resolve(AVERAGE), parameters),
                new OptimizerState(
                        readTensors(folder.resolve(FIRST_MOMENT), parameters),
                        readTensors(folder.resolve(SECOND_MOMENT), parameters),
                        state.get("optimizer_updates").asLong()));
    }

    private static void writeTensors(Path file, List<ParameterSpec> parameters, float[] values) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        int offset = 0;
        for (ParameterSpec parameter : parameters) {
            tensors.add(Tensor.of(parameter, values, offset));
            offset += (int) parameter.size();
        }
        Safetensors.write(file, tensors, Map.of("format", "pt"), Dtype.F32);
    }

    private static float[] readTensors(Path file, List<ParameterSpec> parameters) throws IOException {
        float[] values = new float
                [Math.toIntExact(
                        parameters.stream().mapToLong(ParameterSpec::size).sum())];
        try (Safetensors tensors = Safetensors.open(file)) {
            int offset = 0;
            for (ParameterSpec parameter : parameters) {
                tensors.floats(parameter.name(), values, offset);
                offset += (int) parameter.size();
            }
        }
        return values;
    }
}
