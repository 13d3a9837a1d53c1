package io.stepwise.api.inference;

/**
 * An error in the form of the Open Inference Protocol.
 *
 * @param error what is wrong
 */
public record InferenceError(String error) {}
