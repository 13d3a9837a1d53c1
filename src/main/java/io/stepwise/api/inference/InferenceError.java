package io.stepwise.api.inference;

/**
 * An error as clients of the Open Inference Protocol are told of it.
 *
 * @param error what is wrong
 */
public record InferenceError(String error) {}
