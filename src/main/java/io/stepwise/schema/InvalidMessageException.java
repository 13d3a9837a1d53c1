package io.stepwise.schema;

import java.util.List;
import java.util.stream.Collectors;

/** A message with at least one field that is unknown, missing, of the wrong type or out of its range. */
public final class InvalidMessageException extends IllegalArgumentException {
    private final transient List<FieldError> errors;
    private final boolean onlyUnknown;

    /** @param errors all that is wrong, at least one */
    public InvalidMessageException(List<FieldError> errors) {
        this(errors, false);
    }

    /** One field is wrong; the parameters are those of {@link FieldError#of}. */
    public InvalidMessageException(String pointer, Object value, String allowed) {
        this(List.of(FieldError.of(pointer, value, allowed)));
    }

    InvalidMessageException(List<FieldError> errors, boolean onlyUnknown) {
        super(errors.stream().map(FieldError::detail).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
        this.onlyUnknown = onlyUnknown;
    }

    /** All that is wrong, in the order of the schema's fields. */
    public List<FieldError> errors() {
        return errors;
    }

    /** Whether nothing is wrong but that there are fields that the schema doesn't have. */
    public boolean onlyUnknown() {
        return onlyUnknown;
    }
}
