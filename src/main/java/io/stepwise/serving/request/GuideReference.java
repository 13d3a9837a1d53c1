package io.stepwise.serving.request;

import org.jspecify.annotations.Nullable;

/**
 * The version that guides a request (autoguidance).
 *
 * @param model name in the model repository; null means the request's own
 * @param version at least 1; null means the version that is served
 */
public record GuideReference(@Nullable String model, @Nullable Integer version) {}
