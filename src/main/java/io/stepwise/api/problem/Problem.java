package io.stepwise.api.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

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
@Schema(
        description = "An error (RFC 9457).",
        requiredProperties = {"type", "title", "status", "detail", "instance", "request_id"})
public record Problem(
        @Schema(description = "Names the kind of problem; never changes.", examples = "/problems/invalid-field")
                String type,
        @Schema(examples = "The request has a field that can't be used") String title,
        @Schema(examples = "422") int status,
        @Schema(examples = "n is 0, must be an integer, 1 … 64") String detail,
        @Schema(description = "Path of the request.", examples = "/generate") String instance,
        @JsonProperty("request_id") @Schema(description = "As in the header X-Request-Id and in the service's log.")
                String requestId,
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
                @Schema(description = "Every field that is wrong, when that is the problem.")
                List<FieldProblem> errors) {

    public static final String MEDIA_TYPE = "application/problem+json";

    /**
     * One field that is wrong.
     *
     * @param pointer JSON pointer (RFC 6901) into the body
     * @param detail the field's name, the value found, the range allowed
     */
    @Schema(
            description = "A field that is wrong.",
            requiredProperties = {"pointer", "detail"})
    record FieldProblem(
            @Schema(description = "JSON pointer (RFC 6901) into the body.", examples = "/n") String pointer,
            @Schema(
                            description = "The field's name, the value found, the range allowed.",
                            examples = "n is 0, must be an integer, 1 … 64")
                    String detail) {}
}
