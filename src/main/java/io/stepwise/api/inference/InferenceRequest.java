package io.stepwise.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an inference request. Its parameters may only ask for tensors as JSON, which is the only form here.
 *
 * @param id the client's own id of the request; repeated in the answer
 * @param inputs what to make
 * @param outputs the tensors that the answer contains; null means all
 */
record InferenceRequest(@Nullable String id, List<Input> inputs, @Nullable List<Output> outputs) {
    /**
     * An input tensor.
     *
     * @param name of the input
     * @param datatype the protocol's name of the elements' type
     * @param shape {@code [n]}
     * @param data the elements
     */
    record Input(InferenceInput name, String datatype, List<Integer> shape, List<JsonNode> data) {}

    /** A requested output. */
    record Output(String name) {}
}
