package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The JSON answer of {@code POST /v1/images/generations}. */
@Schema(
        name = "OpenAiImages",
        description = "The images. What OpenAI tells of tokens and quality is left out, as there is neither here.",
        requiredProperties = {"created", "background", "data", "output_format", "size"})
record OpenAiImages(
        @Schema(description = "When the request was accepted; seconds since 1970.", examples = "1767225600")
                long created,
        @Schema(description = "Always opaque.", enumeration = OPAQUE) String background,
        @Schema(description = "As many as asked for, in the order of their index.") List<Image> data,
        @JsonProperty("output_format") @Schema(enumeration = {"png", "jpeg"}) String outputFormat,
        @Schema(description = "Width and height in pixels.", examples = "32x32") String size) {

    static final String OPAQUE = "opaque";

    /** One image. */
    @Schema(name = "OpenAiImage", description = "One image.", requiredProperties = "b64_json")
    record Image(
            @JsonProperty("b64_json") @Schema(description = "The encoded image in base64.", contentEncoding = "base64")
                    String b64Json) {}

    static String size(int width, int height) {
        return width + "x" + height;
    }
}
