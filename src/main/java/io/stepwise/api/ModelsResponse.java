package io.stepwise.api;

import java.util.List;

/** All models, as {@code GET /models} tells of them. */
record ModelsResponse(List<ModelResponse> models) {}
