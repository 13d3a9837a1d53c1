package io.stepwise.training.spec;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Collects what is wrong with a record's components, so that one exception names all of it. */
final class FieldChecks {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final List<FieldError> errors = new ArrayList<>();

    FieldChecks range(String pointer, long value, long min, long max) {
        return that(pointer, value, value >= min && value <= max, min + " … " + max);
    }

    /** Both ends included. */
    FieldChecks range(String pointer, double value, double min, double max) {
        return that(pointer, value, value >= min && value <= max, plain(min) + " … " + plain(max));
    }

    /** Neither end included. */
    FieldChecks between(String pointer, double value, double above, double below) {
        boolean inside = value > above && value < below;
        return that(pointer, value, inside, "more than " + plain(above) + " and less than " + plain(below));
    }

    /** Names become folder names, hence the narrow alphabet. */
    FieldChecks name(String pointer, String value) {
        boolean fits = NAME.matcher(value).matches() && !value.contains("..");
        return that(
                pointer,
                value,
                fits,
                "1 … 64 characters of a-z, 0-9, '.', '_', '-', starting with a letter or digit, without '..'");
    }

    FieldChecks that(String pointer, Object value, boolean holds, String allowed) {
        if (!holds) {
            errors.add(new FieldError(pointer, show(value), allowed));
        }
        return this;
    }

    /** @throws InvalidSpecException if anything was wrong */
    void orThrow() {
        if (!errors.isEmpty()) {
            throw new InvalidSpecException(errors);
        }
    }

    private static String show(Object value) {
        if (value instanceof Double d && Double.isFinite(d)) {
            return plain(d);
        }
        return value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
