package io.stepwise.api.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.JsonFields;
import io.stepwise.api.problem.ProblemException;
import java.util.Optional;

/**
 * The body of {@code PUT /models/{name}/served}.
 *
 * @param version a version's number, or {@code "latest"}
 */
record ModelsServedRequest(Object version) {

    private static final String ALLOWED = "the number of a version, or \"" + ModelResponse.LATEST + '"';

    /**
     * The number in {@code body}; empty means the newest.
     *
     * @throws ProblemException naming all fields that are missing, unknown or wrong
     */
    static Optional<Integer> read(ObjectNode body) {
        JsonFields fields = new JsonFields(body);
        Optional<String> version = fields.numberOrWord("version", 1, ModelResponse.LATEST, ALLOWED);
        if (!body.hasNonNull("version")) {
            fields.reject("version", "version is missing, must be " + ALLOWED);
        }
        fields.finish();
        return version.filter(value -> !value.equals(ModelResponse.LATEST)).map(Integer::valueOf);
    }
}
