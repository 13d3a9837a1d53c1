package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.serving.ModelCard;
import java.util.List;

/** A model in the form of OpenAI's API, with what it supports. */
record OpenAiModel(
        String id,
        String object,
        long created,
        @JsonProperty("owned_by") String ownedBy,
        List<String> labels,
        String size) {

    private static final String MODEL = "model";
    private static final String OWNER = "stepwise";

    static OpenAiModel of(ModelCard card) {
        return new OpenAiModel(
                card.model(),
                MODEL,
                card.created().getEpochSecond(),
                OWNER,
                card.labels(),
                OpenAiImages.size(card.width(), card.height()));
    }
}
