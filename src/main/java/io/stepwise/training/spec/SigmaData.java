package io.stepwise.training.spec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * EDM's σ_data, the standard deviation of the images in [-1, 1]; in JSON a number or {@code "measured"}.
 *
 * @param value above 0; null if it is measured on the data set when the run starts
 */
public record SigmaData(@Nullable Double value) {
    private static final String MEASURED_NAME = "measured";

    /** Measured on the data set. */
    public static final SigmaData MEASURED = new SigmaData(null);

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static SigmaData of(Object json) {
        return json instanceof Number number ? new SigmaData(number.doubleValue()) : MEASURED;
    }

    @JsonValue
    Object json() {
        return value == null ? MEASURED_NAME : value;
    }
}
