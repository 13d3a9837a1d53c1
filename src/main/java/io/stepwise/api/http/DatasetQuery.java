package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the query of a request and collects everything that is wrong with it, as {@link
 * io.stepwise.schema.CheckedMessage} does for a body. A wrong parameter reads as absent.
 *
 * <p>INVARIANT: after {@link #finish} without an exception, every parameter has been read and was valid.
 */
public final class DatasetQuery {
    private static final int SHOWN_CHARACTERS = 60;

    private final MultivaluedMap<String, String> parameters;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<FieldError> errors = new ArrayList<>();

    public DatasetQuery(MultivaluedMap<String, String> parameters) {
        this.parameters = parameters;
    }

    /** An integer within the range. */
    public int integer(String name, int least, int most, int otherwise) {
        return read(name, "an integer, " + least + " … " + most, text -> {
                    boolean fits = text.matches("[0-9]{1,9}")
                            && Integer.parseInt(text) >= least
                            && Integer.parseInt(text) <= most;
                    return fits ? Integer.valueOf(text) : null;
                })
                .orElse(otherwise);
    }

    /** Any text. */
    public Optional<String> text(String name) {
        return read(name, "a text", text -> text);
    }

    /** One of several named values. */
    public <T> Optional<T> oneOf(String name, List<String> names, Function<String, @Nullable T> parse) {
        return read(name, "one of " + names, text -> names.contains(text) ? parse.apply(text) : null);
    }

    private <T> Optional<T> read(String name, String allowed, Function<String, @Nullable T> parse) {
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
     * Call this after all parameters have been read.
     *
     * @throws ProblemException if a parameter was wrong, or if the query has a parameter that was not read
     */
    public void finish() {
        boolean onlyUnknown = errors.isEmpty();
        for (String name : new TreeSet<>(parameters.keySet())) {
            if (!known.contains(name)) {
                reject(
                        name,
                        shown(name) + " is not a query parameter of this request, which "
                                + (known.isEmpty() ? "takes none" : "takes " + known));
            }
        }
        if (!errors.isEmpty()) {
            throw ProblemException.of(onlyUnknown ? ProblemType.UNKNOWN_FIELD : ProblemType.INVALID_FIELD, errors);
        }
    }

    private void reject(String name, String detail) {
        errors.add(new FieldError(FieldError.pointer(name), detail));
    }

    private static String shown(String value) {
        return '"' + (value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…") + '"';
    }
}
