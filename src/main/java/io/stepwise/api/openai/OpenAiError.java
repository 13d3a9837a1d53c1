package io.stepwise.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An error in the form of the OpenAI API.
 *
 * @param error the error
 */
public record OpenAiError(Detail error) {
    /**
     * The error itself.
     *
     * @param message what is wrong, for people
     * @param type the general kind of error
     * @param param the wrong field, or the first of them; null if no field is wrong
     * @param code the exact kind of error
     */
    @JsonInclude
    record Detail(String message, String type, @Nullable String param, String code) {}

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final String REQUESTS = "requests";
    private static final String SERVER = "server_error";

    public static OpenAiError of(ProblemType type, String detail, List<FieldError> errors) {
        String param = errors.isEmpty() ? null : param(errors.get(0));
        return new OpenAiError(new Detail(detail, kind(type), param, code(type)));
    }

    private static String param(FieldError error) {
        String name = error.pointer().substring(1).replace('/', '.');
        return name.equals("label") ? "prompt" : name; // the generator's name for the prompt
    }

    private static String kind(ProblemType type) {
        if (type.status() >= 500) {
            return SERVER;
        }
        return type.status() == 429 ? REQUESTS : INVALID_REQUEST;
    }

    private static String code(ProblemType type) {
        return switch (type) {
            case UNAUTHORIZED -> "invalid_api_key";
            case FORBIDDEN -> "insufficient_permissions";
            case NOT_FOUND -> "unknown_url";
            case METHOD_NOT_ALLOWED -> "method_not_supported";
            case UNKNOWN_FIELD -> "unknown_parameter";
            case INVALID_FIELD -> "invalid_value";
            case RATE_LIMITED -> "rate_limit_exceeded";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }
}
