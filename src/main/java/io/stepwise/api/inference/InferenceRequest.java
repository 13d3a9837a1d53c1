package io.stepwise.api.inference;

import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of an inference request, for the published contract. {@link InferenceReader} reads it.
 */
@Schema(
        name = "InferenceRequest",
        description = "What to generate, as clients of the Open Inference Protocol ask for it. A field that is not"
                + " listed here is refused.",
        requiredProperties = "inputs",
        additionalProperties = Schema.False.class)
record InferenceRequest(
        @Schema(description = "The client's own id of the request; repeated in the answer.", nullable = true) @Nullable
                String id,
        @Schema(
                        description = "Only binary_data_output, which must be false: tensors are sent as JSON.",
                        nullable = true)
                @Nullable
                Map<String, Boolean> parameters,
        @Schema(
                        description =
                                "The inputs, of 1 … stepwise.generate.max-images elements. One of a single element"
                                        + " counts for all images.")
                List<Input> inputs,
        @Schema(description = "The outputs that are wanted; by default all.", nullable = true) @Nullable
                List<Output> outputs) {

    /** An input tensor. */
    @Schema(
            name = "InferenceInput",
            description = "An input: seed INT64 (drawn when left out; an element makes the same image as that seed in"
                    + " POST /generate), steps INT32 (20), label BYTES (none), guidance FP32 (1).",
            requiredProperties = {"name", "shape", "datatype", "data"},
            additionalProperties = Schema.False.class)
    record Input(
            @Schema(enumeration = {"seed", "steps", "label", "guidance"}) String name,
            @Schema(description = "[n], as many as data has elements.", examples = "[1]") List<Integer> shape,
            @Schema(enumeration = {"INT64", "INT32", "BYTES", "FP32"}) String datatype,
            @Schema(description = "Only binary_data, which must be false: tensors are sent as JSON.", nullable = true)
                    @Nullable
                    Map<String, Boolean> parameters,
            @Schema(description = "The elements: integers, numbers or strings.", examples = "[42]")
                    List<Object> data) {}

    /** An output that is wanted. */
    @Schema(
            name = "InferenceRequestedOutput",
            description = "An output that is wanted.",
            requiredProperties = "name",
            additionalProperties = Schema.False.class)
    record Output(
            @Schema(enumeration = {InferenceReader.IMAGES, InferenceReader.SEED}) String name,
            @Schema(description = "Only binary_data, which must be false: tensors are sent as JSON.", nullable = true)
                    @Nullable
                    Map<String, Boolean> parameters) {}
}
