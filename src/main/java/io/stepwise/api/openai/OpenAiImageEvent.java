package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An event of a streamed answer: an image.
 *
 * @param type names the kind of event: {@link #COMPLETED} or {@link #PARTIAL}
 * @param partialImageIndex of an image that isn't done: how often it was shown before
 * @param usage with an image that is done
 */
@Schema(
        name = "OpenAiImageEvent",
        description = "An image that is done; an answer has one such event per image, in the order of their index."
                + " Before them come those that show an image on its way, as many as partial_images says.",
        requiredProperties = {"type", "b64_json", "background", "created_at", "output_format", "quality", "size"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record OpenAiImageEvent(
        @Schema(enumeration = {COMPLETED, PARTIAL}) String type,
        @JsonProperty("b64_json") @Schema(description = "The encoded image in base64.", contentEncoding = "base64")
                String b64Json,
        @Schema(enumeration = OpenAiImages.OPAQUE) String background,
        @JsonProperty("created_at") @Schema(description = "When the request was accepted; seconds since 1970.")
                long createdAt,
        @JsonProperty("output_format") @Schema(enumeration = {"png", "jpeg"}) String outputFormat,
        @Schema(enumeration = "auto") String quality,
        @Schema(description = "Width and height in pixels.", examples = "32x32") String size,
        @JsonProperty("partial_image_index")
                @Schema(description = "How often this image was shown before; only where it isn't done.", minimum = "0")
                @Nullable
                Integer partialImageIndex,
        @Schema(description = "All zero: there are no tokens here. Only where the image is done.") @Nullable
                Usage usage) {

    static final String PARTIAL = "image_generation.partial_image";

    static final String COMPLETED = "image_generation.completed";

    /** What an image has cost. */
    @Schema(
            name = "OpenAiUsage",
            description = "All zero: there are no tokens here. Clients' types ask for it.",
            requiredProperties = {"input_tokens", "input_tokens_details", "output_tokens", "total_tokens"})
    record Usage(
            @JsonProperty("input_tokens") int inputTokens,
            @JsonProperty("input_tokens_details") InputDetails inputTokensDetails,
            @JsonProperty("output_tokens") int outputTokens,
            @JsonProperty("total_tokens") int totalTokens) {
        static final Usage NONE = new Usage(0, new InputDetails(0, 0), 0, 0);
    }

    /** What the input has cost. */
    @Schema(
            name = "OpenAiInputUsage",
            requiredProperties = {"image_tokens", "text_tokens"})
    record InputDetails(@JsonProperty("image_tokens") int imageTokens, @JsonProperty("text_tokens") int textTokens) {}
}
