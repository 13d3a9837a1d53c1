package io.stepwise.api.problem;

import io.stepwise.schema.FieldError;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A request that this package refuses. The message tells the client the reason. */
public final class ProblemException extends RuntimeException {
    private final ProblemType type;
    private final transient List<FieldError> errors;
    private final transient Map<String, String> headers;

    public ProblemException(ProblemType type, String detail) {
        this(type, detail, List.of(), Map.of());
    }

    private ProblemException(ProblemType type, String detail, List<FieldError> errors, Map<String, String> headers) {
        super(detail);
        this.type = type;
        this.errors = errors;
        this.headers = headers;
    }

    /** The same exception, whose answer has these headers. */
    public ProblemException with(Map<String, String> more) {
        return new ProblemException(type, String.valueOf(getMessage()), errors, Map.copyOf(more));
    }

    /** An exception of {@code type} with all {@code errors} in its detail. */
    public static ProblemException of(ProblemType type, List<FieldError> errors) {
        String detail = errors.stream().map(FieldError::detail).collect(Collectors.joining("; "));
        return new ProblemException(type, detail, List.copyOf(errors), Map.of());
    }

    public ProblemType type() {
        return type;
    }

    List<FieldError> errors() {
        return errors;
    }

    public Map<String, String> headers() {
        return headers;
    }
}
