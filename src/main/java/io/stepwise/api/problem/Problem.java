package io.stepwise.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An error as the client gets it: RFC 9457, {@code application/problem+json}.
 *
 * @param type names the kind of problem and never changes
 * @param title the kind of problem in words
 * @param status the HTTP status
 * @param detail what is wrong this time
 * @param instance path of the request
 * @param requestId value of the answer's header {@code X-Request-Id}, also in the service's log
 * @param errors the wrong fields; empty if no field is wrong
 */
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String instance,
        @JsonProperty("request_id") String requestId,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FieldProblem> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * One wrong field.
     *
     * @param pointer JSON pointer (RFC 6901) into the body
     * @param detail the field's name, the value found, the allowed range
     */
    record FieldProblem(String pointer, String detail) {}
}
