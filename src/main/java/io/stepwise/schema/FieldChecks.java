package io.stepwise.schema;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a record's components, so that one exception names all of it. */
public final class FieldChecks {
    private final List<FieldError> errors = new ArrayList<>();

    /**
     * Notes an error unless {@code holds}.
     *
     * @param pointer of the field
     * @param value what was found there; a string in JSON's quotes
     * @param allowed reads on after "must be"
     */
    public FieldChecks that(String pointer, Object value, boolean holds, String allowed) {
        if (!holds) {
            errors.add(FieldError.of(pointer, show(value), allowed));
        }
        return this;
    }

    /** @throws InvalidMessageException if anything was wrong */
    public void orThrow() {
        if (!errors.isEmpty()) {
            throw new InvalidMessageException(errors);
        }
    }

    private static String show(Object value) {
        if (value instanceof Double d && Double.isFinite(d)) {
            return BigDecimal.valueOf(d).stripTrailingZeros().toPlainString();
        }
        return String.valueOf(value);
    }
}
