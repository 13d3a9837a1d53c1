package io.stepwise.api.http;

import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a query and collects all errors. Their pointers have the form {@code ?name}. */
public final class QueryFields {
    private final List<FieldError> errors = new ArrayList<>();

    /** An integer, {@code least} … {@code most}; {@code fallback} if it is absent. */
    public int integer(String name, @Nullable String value, int least, int most, int fallback) {
        if (value == null) {
            return fallback;
        }
        if (value.matches("-?[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        reject(name, value, "an integer, " + least + " … " + most);
        return fallback;
    }

    /** One of several named values; null if it is absent. */
    public <T> @Nullable T oneOf(String name, @Nullable String value, List<T> all, Function<T, String> wireName) {
        if (value == null) {
            return null;
        }
        for (T each : all) {
            if (wireName.apply(each).equals(value)) {
                return each;
            }
        }
        reject(name, value, "one of " + all.stream().map(wireName).collect(Collectors.joining(", ")));
        return null;
    }

    private void reject(String name, String value, String allowed) {
        String shown = value.length() > 60 ? value.substring(0, 60) + "…" : value;
        errors.add(new FieldError("?" + name, name + " is \"" + shown + "\", must be " + allowed));
    }

    /** @throws ProblemException if a parameter was wrong */
    public void finish() {
        if (!errors.isEmpty()) {
            throw ProblemException.of(ProblemType.INVALID_FIELD, errors);
        }
    }
}
