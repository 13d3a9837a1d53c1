package io.stepwise.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.jspecify.annotations.Nullable;

/** Unsigned 64-bit integers in JSON, whose numbers many clients read as doubles. */
final class UnsignedLongs {
    /** The largest integer up to which every integer is a double: 2^53 - 1. */
    static final long MAX_SAFE = (1L << 53) - 1;

    private UnsignedLongs() {}

    /** The value of up to 20 decimal digits; null when {@code digits} is anything else or more than 2^64 - 1. */
    static @Nullable Long parse(String digits) {
        if (!digits.matches("[0-9]{1,20}")) {
            return null;
        }
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    /** A JSON number up to {@link #MAX_SAFE}, a string of decimal digits beyond. */
    static JsonNode toJson(long value) {
        return value >= 0 && value <= MAX_SAFE
                ? JsonNodeFactory.instance.numberNode(value)
                : JsonNodeFactory.instance.textNode(Long.toUnsignedString(value));
    }
}
