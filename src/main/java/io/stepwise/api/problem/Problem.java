package io.stepwise.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An error as a client is told of it: RFC 9457, {@code application/problem+json}.
 *
 * @param type names the kind of problem and never changes
 * @param title the kind of problem in words
 * @param status the HTTP status
 * @param detail what is wrong this time
 * @param instance path of the request
 * @param requestId value of the answer's header {@code X-Request-Id}, as the service's log has it
 * @param errors the fields that are wrong, when that is what is wrong
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
     * One field that is wrong.
     *
     * @param pointer JSON pointer (RFC 6901) into the body
     * @param detail the field's name, the value found, the range allowed
     */
    record FieldProblem(String pointer, String detail) {}
}
