package io.stepwise.api.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.MessageSchema;
import java.util.Optional;

/** The body of {@code PUT /models/{name}/served}. */
final class ModelsServedRequest {
    private static final MessageSchema SCHEMA = MessageSchema.of("ServedVersion");

    private ModelsServedRequest() {}

    /**
     * Reads the version's number from {@code body}; empty means the newest.
     *
     * @throws io.stepwise.schema.InvalidMessageException naming all fields that are missing, unknown or wrong
     */
    static Optional<Integer> read(ObjectNode body) {
        CheckedMessage message = SCHEMA.check(body);
        message.orThrow();
        return Optional.of(message.fields().get("version"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::intValue);
    }
}
