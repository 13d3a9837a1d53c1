package io.stepwise.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/**
 * The inputs that models accept over the Open Inference Protocol. An input has one element per image, or one for all
 * images.
 */
enum InferenceInput {
    SEED("INT64", "an integer, 0 … 9223372036854775807") {
        @Override
        boolean takes(JsonNode value) {
            return value.isNumber()
                    && value.canConvertToExactIntegral()
                    && value.canConvertToLong()
                    && value.longValue() >= 0;
        }
    },
    STEPS("INT32", "an integer, at least 1") {
        @Override
        boolean takes(JsonNode value) {
            return value.isNumber()
                    && value.canConvertToExactIntegral()
                    && value.canConvertToInt()
                    && value.intValue() >= 1;
        }
    },
    LABEL("BYTES", "the name or the number of a class, as a string") {
        @Override
        boolean takes(JsonNode value) {
            return value.isTextual() && !value.textValue().isBlank();
        }
    },
    GUIDANCE("FP32", "a number, 0 … 100") {
        @Override
        boolean takes(JsonNode value) {
            return value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() <= 100;
        }
    };

    private final String datatype;
    private final String allowed;

    InferenceInput(String datatype, String allowed) {
        this.datatype = datatype;
        this.allowed = allowed;
    }

    /** The name in requests, such as {@code seed}. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The protocol's name of the elements' type. */
    String datatype() {
        return datatype;
    }

    /** Whether models without classes accept it as well. */
    boolean isForEveryModel() {
        return this == SEED || this == STEPS;
    }

    /** The allowed values of an element, in words. */
    String allowed() {
        return allowed;
    }

    /** Whether {@code value} is a valid element. */
    abstract boolean takes(JsonNode value);
}
