package io.stepwise.api.openai;

import java.util.List;

/** All models in the form of OpenAI's API. */
record OpenAiModels(String object, List<OpenAiModel> data) {

    private static final String LIST = "list";

    static OpenAiModels of(List<OpenAiModel> models) {
        return new OpenAiModels(LIST, models);
    }
}
