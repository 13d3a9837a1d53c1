package io.stepwise.training.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * What a run has found out about its objective.
 *
 * @param sigmaData EDM's σ_data, above 0, as it was measured or given; null for other predictions
 */
public record ObjectiveState(@Nullable Double sigmaData) {
    /** Nothing. */
    public static final ObjectiveState NONE = new ObjectiveState(null);

    /** Adds its fields to {@code node}. */
    void write(ObjectNode node) {
        if (sigmaData != null) {
            node.put("sigma_data", sigmaData);
        }
    }

    /** Reads what {@link #write} wrote; without fields, {@link #NONE}. */
    static ObjectiveState read(JsonNode node) {
        return new ObjectiveState(
                node.has("sigma_data") ? node.get("sigma_data").doubleValue() : null);
    }
}
