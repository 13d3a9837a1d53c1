package io.stepwise.api;

import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.api.problem.Refusal;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.GenerationException;
import io.stepwise.serving.request.Generator;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;

/** The only place where an exception becomes a status code and an error in the {@link ErrorForm} of the path. */
@Provider
@Singleton
public final class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final int UNPROCESSABLE = 422;
    private static final Pattern MAKES_IMAGES = Pattern.compile("/?(generate.*|v1/images/.*|v2/models/.*/infer)");

    private final UriInfo uri;
    private final HttpHeaders headers;
    private final Generator generator;

    /**
     * @param uri of the current request
     * @param headers of the current request
     * @param generator counts invalid requests, also those that never came to it
     */
    @Inject
    public ProblemMapper(UriInfo uri, HttpHeaders headers, Generator generator) {
        this.uri = uri;
        this.headers = headers;
        this.generator = generator;
    }

    @Override
    public Response toResponse(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof WebApplicationException e) {
            boolean refused = e.getResponse().getStatus() >= 400;
            return refused ? ofHttp(e.getResponse()) : e.getResponse();
        }
        Refusal refusal = Refusal.of(cause, requestId());
        if (refusal.type().status() == UNPROCESSABLE && !(cause instanceof GenerationException)) {
            countInvalid();
        }
        Response answer = answer(refusal.type(), refusal.detail(), refusal.errors());
        refusal.headers().forEach((name, value) -> answer.getHeaders().putSingle(name, value));
        return answer;
    }

    /** The generator has counted its own refusals. */
    private void countInvalid() {
        if (MAKES_IMAGES.matcher(uri.getPath()).matches()) {
            generator.refused();
        }
    }

    /** Errors of JAX-RS itself: an unknown path or method. */
    private Response ofHttp(Response refused) {
        ProblemType type =
                switch (refused.getStatus()) {
                    case 404 -> ProblemType.NOT_FOUND;
                    case 405 -> ProblemType.METHOD_NOT_ALLOWED;
                    case 406 -> ProblemType.NOT_ACCEPTABLE;
                    case 413 -> ProblemType.BODY_TOO_LARGE;
                    default -> refused.getStatus() < 500 ? ProblemType.BAD_REQUEST : ProblemType.INTERNAL_ERROR;
                };
        if (type == ProblemType.METHOD_NOT_ALLOWED) {
            return methodNotAllowed();
        }
        String detail = type == ProblemType.NOT_FOUND
                ? "path is \"" + uri.getPath() + "\", which is none of this service's." + instead(uri.getPath())
                : type.title() + ".";
        return answer(type, detail, List.of());
    }

    /** What OpenAI's SDKs ask for here, and what does the same. */
    private static String instead(String path) {
        return path.matches("/?v1/images/(edits|variations)/?")
                ? " Images from images, with a mask or without, are made by POST /generate: see image, mask and strength"
                        + " in the contract, GET /q/openapi."
                : "";
    }

    private Response methodNotAllowed() {
        String allowed = String.join(", ", Routes.methods(uri.getPath()));
        Response answer =
                answer(ProblemType.METHOD_NOT_ALLOWED, "The method must be one of " + allowed + " here.", List.of());
        return Response.fromResponse(answer).header(HttpHeaders.ALLOW, allowed).build();
    }

    private Response answer(ProblemType type, String detail, List<FieldError> errors) {
        String path = uri.getRequestUri().getRawPath();
        return ErrorForm.of(path).answer(type, detail, errors, path, requestId());
    }

    private String requestId() {
        return String.valueOf(headers.getHeaderString(RequestIdFilter.HEADER));
    }
}
