package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the data set's images are scaled and cropped to. In JSON {@code [height, width]}, or one number for both.
 *
 * @param height rows; the U-Net wants a multiple of two to the number of its downsamplings
 * @param width columns, the same
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
