package io.stepwise.api.models;

import java.util.List;

/** The answer of {@code GET /models}: all models. */
record ModelsResponse(List<ModelResponse> models) {}
