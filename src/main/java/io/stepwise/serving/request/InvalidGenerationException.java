package io.stepwise.serving.request;

import io.stepwise.schema.FieldError;
import java.util.List;
import java.util.stream.Collectors;

/** A request that the model it names can't fulfil. */
public final class InvalidGenerationException extends GenerationException {
    private final transient List<FieldError> errors;

    /** @param errors all that is wrong, at least one */
    public InvalidGenerationException(List<FieldError> errors) {
        super(errors.stream().map(FieldError::detail).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** All that is wrong. */
    public List<FieldError> errors() {
        return errors;
    }
}
