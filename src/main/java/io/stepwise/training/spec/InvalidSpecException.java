package io.stepwise.training.spec;

import java.util.List;
import java.util.stream.Collectors;

/** A training specification with at least one field that is unknown, of the wrong type or out of its range. */
public final class InvalidSpecException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    /** @param errors all that is wrong, at least one */
    public InvalidSpecException(List<FieldError> errors) {
        super(errors.stream().map(e -> e.pointer() + ": " + e.detail()).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** All that is wrong, in the order of the fields. */
    public List<FieldError> errors() {
        return errors;
    }
}
