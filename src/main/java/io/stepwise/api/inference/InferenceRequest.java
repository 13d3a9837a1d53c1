package io.stepwise.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of an inference request. Its parameters can only say that tensors are sent as JSON, as they always are.
 *
 * @param id the client's own id of the request; repeated in the answer
 * @param inputs what to make
 * @param outputs which tensors the answer has; null means all
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

    /** An output that is wanted. */
    record Output(String name) {}
}
