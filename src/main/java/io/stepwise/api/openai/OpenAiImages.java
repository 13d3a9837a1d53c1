package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** The JSON answer of {@code POST /v1/images/generations}. */
record OpenAiImages(
        long created,
        String background,
        List<Image> data,
        @JsonProperty("output_format") String outputFormat,
        String size) {

    static final String OPAQUE = "opaque";

    /** One image. */
    record Image(@JsonProperty("b64_json") String b64Json) {}

    static String size(int width, int height) {
        return width + "x" + height;
    }
}
