package io.stepwise.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run has found out about its objective.
 *
 * @param sigmaData EDM's σ_data, above 0, as it was measured or given; null for other predictions
 * @param timestepLosses the last losses of each timestep, oldest first, where they decide what is drawn; otherwise empty
 */
public record ObjectiveState(@Nullable Double sigmaData, List<List<Float>> timestepLosses) {
    private static final String SIGMA_DATA = "sigma_data";
    private static final String LOSSES = "timestep_losses";

    public static final ObjectiveState NONE = new ObjectiveState(null, List.of());

    public ObjectiveState {
        timestepLosses = List.copyOf(timestepLosses);
    }

    /** Adds its fields to {@code node}. */
    void write(ObjectNode node) {
        if (sigmaData != null) {
            node.put(SIGMA_DATA, sigmaData);
        }
        if (!timestepLosses.isEmpty()) {
            ArrayNode all = node.putArray(LOSSES);
            timestepLosses.forEach(own -> own.forEach(all.addArray()::add));
        }
    }

    /** Reads what {@link #write} wrote; without fields, {@link #NONE}. */
    static ObjectiveState read(JsonNode node) {
        List<List<Float>> losses = new ArrayList<>();
        for (JsonNode own : node.path(LOSSES)) {
            List<Float> numbers = new ArrayList<>();
            own.forEach(loss -> numbers.add(loss.floatValue()));
            losses.add(numbers);
        }
        return new ObjectiveState(node.has(SIGMA_DATA) ? node.get(SIGMA_DATA).doubleValue() : null, losses);
    }
}
