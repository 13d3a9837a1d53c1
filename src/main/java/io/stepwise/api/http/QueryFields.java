package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.Integers;
import jakarta.ws.rs.core.UriInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the query of a request and collects everything that is wrong with it, as {@link
 * io.stepwise.schema.CheckedMessage} does for a body. A wrong parameter reads as absent.
 */
public final class QueryFields {
    private final Map<String, List<String>> parameters;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<FieldError> errors = new ArrayList<>();

    public QueryFields(UriInfo uri) {
        parameters = uri.getQueryParameters();
    }

    /** An integer, {@code least} … {@code most}, both at least 0; {@code fallback} if it is absent. */
    public int integer(String name, int least, int most, int fallback) {
        return value(name, "an integer, " + least + " … " + most, text -> {
                    Integer value = Integers.parse(text);
                    return value != null && value >= least && value <= most ? value : null;
                })
                .orElse(fallback);
    }

    /** Any text. */
    public Optional<String> text(String name) {
        return value(name, "a text", text -> text);
    }

    /**
     * A value of any type.
     *
     * @param allowed description of the valid values, for the message
     * @param parse turns a text into its value; null if the text is not valid
     */
    public <T> Optional<T> value(String name, String allowed, Function<String, @Nullable T> parse) {
        known.add(name);
        List<String> values = parameters.getOrDefault(name, List.of());
        if (values.isEmpty()) {
            return Optional.empty();
        }
        Optional<T> value = values.size() == 1 ? Optional.ofNullable(parse.apply(values.get(0))) : Optional.empty();
        if (value.isEmpty()) {
            reject(name, name + " is " + shown(String.join(", ", values)) + ", must be " + allowed);
        }
        return value;
    }

    /**
     * Call this after all parameters have been read, for a request that allows no others.
     *
     * @throws ProblemException if a parameter was wrong, or if there are parameters that were not read
     */
    public void finishStrictly() {
        boolean onlyUnknown = errors.isEmpty();
        for (String name : new TreeSet<>(parameters.keySet())) {
            if (!known.contains(name)) {
                reject(
                        name,
                        shown(name) + " is not a query parameter of this request, which "
                                + (known.isEmpty() ? "takes none" : "takes " + known));
            }
        }
        finish(onlyUnknown ? ProblemType.UNKNOWN_FIELD : ProblemType.INVALID_FIELD);
    }

    /**
     * Call this after all parameters have been read, for a request that ignores others.
     *
     * @throws ProblemException if a parameter that was read is wrong
     */
    public void finish() {
        finish(ProblemType.INVALID_FIELD);
    }

    private void finish(ProblemType problem) {
        if (!errors.isEmpty()) {
            throw ProblemException.of(problem, errors);
        }
    }

    private void reject(String name, String detail) {
        errors.add(new FieldError(FieldError.pointer(name), detail));
    }

    private static String shown(String value) {
        return '"' + FieldError.shown(value) + '"';
    }
}
