package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.serving.ModelCard;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A model as OpenAI's clients see it, and what it can do. */
@Schema(
        name = "OpenAiModel",
        description = "A model.",
        requiredProperties = {"id", "object", "created", "owned_by", "labels", "size"})
record OpenAiModel(
        @Schema(description = "What the field model calls it.", examples = "faces") String id,
        @Schema(enumeration = MODEL) String object,
        @Schema(description = "When the served version was published; seconds since 1970.") long created,
        @JsonProperty("owned_by") @Schema(enumeration = OWNER) String ownedBy,
        @Schema(
                        description =
                                "What a prompt can be; empty for a model without classes. OpenAI's models have no such"
                                        + " list.")
                List<String> labels,
        @Schema(description = "Size of its images. OpenAI's models have no such field.", examples = "32x32")
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
