package io.stepwise.api.models;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** All models, as {@code GET /models} tells of them. */
@Schema(
        name = "Models",
        description = "The models of the repository.",
        requiredProperties = {"models"})
record ModelsResponse(@Schema(description = "Sorted by name.") List<ModelResponse> models) {}
