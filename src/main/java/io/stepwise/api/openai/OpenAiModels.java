package io.stepwise.api.openai;

import java.util.List;

/** All models as OpenAI's clients see them. */
record OpenAiModels(String object, List<OpenAiModel> data) {

    private static final String LIST = "list";

    static OpenAiModels of(List<OpenAiModel> models) {
        return new OpenAiModels(LIST, models);
    }
}
