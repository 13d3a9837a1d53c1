package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * The size to which the images of the data set are scaled and cropped. In JSON {@code [height, width]}, or one number
 * for both.
 *
 * @param height rows; the U-Net needs a multiple of 2 to the power of the number of its downsamplings
 * @param width columns, with the same rule
 */
public record ImageSize(int height, int width) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ImageSize of(JsonNode json) {
        return json.isArray()
                ? new ImageSize(json.get(0).intValue(), json.get(1).intValue())
                : new ImageSize(json.intValue(), json.intValue());
    }

    @JsonValue
    int[] sides() {
        return new int[] {height, width};
    }
}
