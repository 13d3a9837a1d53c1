package io.stepwise.api.openai;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** All models as OpenAI's clients see them. */
@Schema(
        name = "OpenAiModels",
        description = "All models.",
        requiredProperties = {"object", "data"})
record OpenAiModels(
        @Schema(enumeration = LIST) String object,
        @Schema(description = "In the order of their ids.") List<OpenAiModel> data) {

    private static final String LIST = "list";

    static OpenAiModels of(List<OpenAiModel> models) {
        return new OpenAiModels(LIST, models);
    }
}
