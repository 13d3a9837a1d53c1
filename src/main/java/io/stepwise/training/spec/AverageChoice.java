package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageSchema;
import org.jspecify.annotations.Nullable;

/**
 * An average of a run's weights, chosen after the training. The contract's {@code VersionOfRun} defines the allowed
 * values.
 *
 * @param run id of the run
 * @param width standard deviation of its profile, as a share of the steps
 * @param step of the snapshot up to which it goes; null for the newest
 */
public record AverageChoice(String run, double width, @Nullable Integer step) {
    private static final MessageSchema SCHEMA = MessageSchema.of("VersionOfRun");

    /**
     * Reads a request.
     *
     * @throws InvalidMessageException naming every field that is missing, unknown or out of range
     */
    public static AverageChoice read(ObjectNode fields) {
        CheckedMessage message = SCHEMA.check(fields);
        message.orThrow();
        JsonNode step = message.fields().path("step");
        return new AverageChoice(
                message.fields().path("from_run").asText(),
                message.fields().path("ema").doubleValue(),
                step.isInt() ? step.intValue() : null);
    }
}
