package io.stepwise.api;

/**
 * An error as clients of the Open Inference Protocol are told of it.
 *
 * @param error what is wrong
 */
record InferenceError(String error) {}
