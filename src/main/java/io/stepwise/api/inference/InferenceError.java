package io.stepwise.api.inference;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * An error as clients of the Open Inference Protocol are told of it.
 *
 * @param error what is wrong
 */
@Schema(name = "InferenceError", description = "An error of the Open Inference Protocol.", requiredProperties = "error")
public record InferenceError(
        @Schema(description = "What is wrong.", examples = "inputs/0/datatype is \"FP32\", must be \"INT64\"")
                String error) {}
