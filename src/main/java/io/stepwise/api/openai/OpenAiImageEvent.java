package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An event of a streamed answer: an image.
 *
 * @param type names the kind of event: {@link #COMPLETED} or {@link #PARTIAL}
 * @param partialImageIndex number of earlier previews of an image that is not finished
 * @param usage present if the image is finished
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OpenAiImageEvent(
        String type,
        @JsonProperty("b64_json") String b64Json,
        String background,
        @JsonProperty("created_at") long createdAt,
        @JsonProperty("output_format") String outputFormat,
        String quality,
        String size,
        @JsonProperty("partial_image_index") @Nullable Integer partialImageIndex,
        @Nullable Usage usage) {

    static final String PARTIAL = "image_generation.partial_image";

    static final String COMPLETED = "image_generation.completed";

    /** The cost of an image. */
    record Usage(
            @JsonProperty("input_tokens") int inputTokens,
            @JsonProperty("input_tokens_details") InputDetails inputTokensDetails,
            @JsonProperty("output_tokens") int outputTokens,
            @JsonProperty("total_tokens") int totalTokens) {
        static final Usage NONE = new Usage(0, new InputDetails(0, 0), 0, 0);
    }

    /** The cost of the input. */
    record InputDetails(@JsonProperty("image_tokens") int imageTokens, @JsonProperty("text_tokens") int textTokens) {}
}
