package io.stepwise.api;

import io.stepwise.api.http.JsonBody;
import io.stepwise.api.inference.InferenceError;
import io.stepwise.api.openai.OpenAiError;
import io.stepwise.api.problem.Problem;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.api.problem.Refusal;
import io.stepwise.schema.FieldError;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;

/**
 * The form in which an error is sent. Clients of other services' protocols get errors in the form of those protocols.
 */
enum ErrorForm {
    /** RFC 9457, this service's own form. */
    PROBLEM {
        @Override
        Response answer(ProblemType type, String detail, List<FieldError> errors, String instance, String requestId) {
            Problem problem = new Refusal(type, detail, errors, Map.of()).problem(instance, requestId);
            return response(type.status(), Problem.MEDIA_TYPE, problem);
        }
    },

    /** The form of the OpenAI API, for all paths under {@code /v1}. */
    OPENAI {
        @Override
        Response answer(ProblemType type, String detail, List<FieldError> errors, String instance, String requestId) {
            return response(status(type), MediaType.APPLICATION_JSON, OpenAiError.of(type, detail, errors));
        }
    },

    /** The form of the Open Inference Protocol, for all paths under {@code /v2}. */
    INFERENCE {
        @Override
        Response answer(ProblemType type, String detail, List<FieldError> errors, String instance, String requestId) {
            return response(status(type), MediaType.APPLICATION_JSON, new InferenceError(detail));
        }
    };

    private static final int UNPROCESSABLE = 422;
    private static final int BAD_REQUEST = 400;

    /**
     * An answer in this form.
     *
     * @param detail what is wrong
     * @param errors the wrong fields; empty if no field is wrong
     * @param instance path of the request
     * @param requestId the request's id in the log
     */
    abstract Response answer(
            ProblemType type, String detail, List<FieldError> errors, String instance, String requestId);

    /** The form of the errors of {@code path}. */
    static ErrorForm of(String path) {
        return switch (path.replaceFirst("^/+", "").split("/", 2)[0]) {
            case "v1" -> OPENAI;
            case "v2" -> INFERENCE;
            default -> PROBLEM;
        };
    }

    /** Neither protocol knows status 422; both use 400 instead. */
    private static int status(ProblemType type) {
        return type.status() == UNPROCESSABLE ? BAD_REQUEST : type.status();
    }

    private static Response response(int status, String mediaType, Object entity) {
        return Response.status(status)
                .type(mediaType)
                .entity(JsonBody.write(entity))
                .build();
    }
}
