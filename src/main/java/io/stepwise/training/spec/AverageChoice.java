package io.stepwise.training.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageSchema;
import org.jspecify.annotations.Nullable;

/**
 * Weights of a run, chosen for a version: an average that is made after the training, or the average that a checkpoint holds. The
 * contract's {@code VersionOfRun} defines the allowed values.
 *
 * @param run id of the run
 * @param width standard deviation of the average's profile, as a share of the steps; null for what the checkpoint holds
 * @param step of the snapshot up to which it goes, or of the checkpoint; null for the newest
 * @param candidate whether the version serves only when it is named
 */
public record AverageChoice(String run, @Nullable Double width, @Nullable Integer step, boolean candidate) {
    private static final MessageSchema SCHEMA = MessageSchema.of("VersionOfRun");

    /**
     * @throws InvalidMessageException naming every field that is missing, unknown or out of range
     */
    public static AverageChoice read(ObjectNode fields) {
        CheckedMessage message = SCHEMA.check(fields);
        message.orThrow();
        JsonNode width = message.fields().path("ema");
        JsonNode step = message.fields().path("step");
        return new AverageChoice(
                message.fields().path("from_run").asText(),
                width.isNumber() ? width.doubleValue() : null,
                step.isInt() ? step.intValue() : null,
                message.fields().path("publish_as").asText().equals("candidate"));
    }
}
