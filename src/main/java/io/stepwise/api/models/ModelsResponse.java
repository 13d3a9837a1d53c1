package io.stepwise.api.models;

import java.util.List;

/** All models, as {@code GET /models} tells of them. */
record ModelsResponse(List<ModelResponse> models) {}
