package io.stepwise.api.http;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Unsigned 64-bit integers in JSON, whose numbers many clients read as doubles. */
public final class UnsignedLongs {
    /** The largest integer up to which every integer is a double: 2^53 - 1. */
    public static final long MAX_SAFE = (1L << 53) - 1;

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");

    private UnsignedLongs() {}

    /** The value of up to 20 decimal digits; null when {@code digits} is anything else or more than 2^64 - 1. */
    static @Nullable Long parse(String digits) {
        if (!DIGITS.matcher(digits).matches()) {
            return null;
        }
        try {
            return Long.parseUnsignedLong(digits);
        } catch (NumberFormatException tooLarge) {
            return null;
        }
    }

    /** What stands for it in JSON: a Long up to {@link #MAX_SAFE}, a String of decimal digits beyond. */
    public static Object toJson(long value) {
        if (value >= 0 && value <= MAX_SAFE) {
            return value;
        }
        return Long.toUnsignedString(value);
    }
}
