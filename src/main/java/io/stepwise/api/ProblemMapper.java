package io.stepwise.api;

import io.stepwise.jobs.JobNotFoundException;
import io.stepwise.serving.DeadlineExceededException;
import io.stepwise.serving.FieldError;
import io.stepwise.serving.InvalidGenerationException;
import io.stepwise.serving.ModelNotFoundException;
import io.stepwise.serving.NotReadyException;
import io.stepwise.serving.QueueFullException;
import io.stepwise.serving.VersionNotFoundException;
import io.stepwise.serving.VersionRefusedException;
import io.stepwise.training.InvalidSpecException;
import io.stepwise.training.StorageException;
import io.stepwise.training.WrongStateException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The one place where an exception becomes a status code and an error in the {@link ErrorForm} of the path. */
@Provider
@Singleton
public final class ProblemMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    private final UriInfo uri;
    private final HttpHeaders headers;

    /**
     * @param uri of the request at hand
     * @param headers of the request at hand
     */
    @Inject
    public ProblemMapper(UriInfo uri, HttpHeaders headers) {
        this.uri = uri;
        this.headers = headers;
    }

    @Override
    public Response toResponse(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ProblemException e) {
            Response answer = answer(e.type(), text(e), e.errors());
            e.headers().forEach((name, value) -> answer.getHeaders().putSingle(name, value));
            return answer;
        }
        if (cause instanceof InvalidGenerationException e) {
            return answer(ProblemType.INVALID_FIELD, text(e), e.errors());
        }
        if (cause instanceof ModelNotFoundException) {
            return answer(ProblemType.MODEL_NOT_FOUND, text(cause), List.of(new FieldError("/model", text(cause))));
        }
        if (cause instanceof VersionNotFoundException) {
            return answer(ProblemType.VERSION_NOT_FOUND, text(cause), List.of(new FieldError("/version", text(cause))));
        }
        if (cause instanceof VersionRefusedException) {
            return answer(ProblemType.VERSION_REFUSED, text(cause), List.of(new FieldError("/version", text(cause))));
        }
        if (cause instanceof WebApplicationException e) {
            boolean refused = e.getResponse().getStatus() >= 400;
            return refused ? ofHttp(e.getResponse()) : e.getResponse();
        }
        return ofTraining(cause);
    }

    private Response ofTraining(Throwable cause) {
        Optional<DatasetProblem> dataset = DatasetProblem.of(cause);
        if (dataset.isPresent()) {
            return answer(dataset.get(), text(cause));
        }
        if (cause instanceof InvalidSpecException e) {
            List<FieldError> errors = e.errors().stream()
                    .map(error -> new FieldError(error.pointer(), named(error)))
                    .toList();
            return answer(
                    ProblemType.INVALID_FIELD,
                    errors.stream().map(FieldError::detail).collect(Collectors.joining("; ")),
                    errors);
        }
        if (cause instanceof JobNotFoundException) {
            return answer(ProblemType.JOB_NOT_FOUND, text(cause), List.of());
        }
        if (cause instanceof WrongStateException) {
            return answer(ProblemType.WRONG_STATE, text(cause), List.of());
        }
        return notServed(cause);
    }

    private Response answer(DatasetProblem problem, String detail) {
        Response answer = answer(problem.type(), detail, problem.errors());
        return problem.retryAfter().map(wait -> later(answer, wait)).orElse(answer);
    }

    /** Nothing is wrong with the request itself. */
    private Response notServed(Throwable cause) {
        if (cause instanceof QueueFullException e) {
            return later(answer(ProblemType.QUEUE_FULL, text(e), List.of()), e.retryAfter());
        }
        if (cause instanceof NotReadyException e) {
            return later(answer(ProblemType.NOT_READY, text(e), List.of()), e.retryAfter());
        }
        if (cause instanceof DeadlineExceededException) {
            return answer(ProblemType.DEADLINE_EXCEEDED, text(cause), List.of());
        }
        Throwable storage = cause instanceof StorageException ? cause.getCause() : cause;
        if (storage instanceof FileSystemException e) {
            LOG.errorf(cause, "request %s failed", requestId());
            String detail = "The service's files can't be read or written: " + reason(e);
            return later(answer(ProblemType.STORAGE_UNAVAILABLE, detail, List.of()), Duration.ofSeconds(10));
        }
        if (cause instanceof CancellationException) {
            String detail = "The work was given up before the images were made; it is worth asking again.";
            return later(answer(ProblemType.CANCELLED, detail, List.of()), Duration.ZERO);
        }
        return failure(cause);
    }

    /** What JAX-RS itself refuses: a path or a method it does not know. */
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
                ? "path is \"" + uri.getPath() + "\", which is none of this service's."
                : type.title() + ".";
        return answer(type, detail, List.of());
    }

    private Response methodNotAllowed() {
        String allowed = String.join(", ", Routes.methods(uri.getPath()));
        Response answer =
                answer(ProblemType.METHOD_NOT_ALLOWED, "The method must be one of " + allowed + " here.", List.of());
        return Response.fromResponse(answer).header(HttpHeaders.ALLOW, allowed).build();
    }

    private Response failure(Throwable cause) {
        if (hasLeft(cause)) {
            LOG.debugf(cause, "the client of request %s has left", requestId());
        } else {
            LOG.errorf(cause, "request %s failed", requestId());
        }
        return answer(
                ProblemType.INTERNAL_ERROR,
                "The service's log knows more about request " + requestId() + ".",
                List.of());
    }

    /** Whether nobody is there any more to be answered, which is nobody's failure. */
    private static boolean hasLeft(Throwable cause) {
        String words = String.valueOf(cause.getMessage());
        return cause instanceof ClosedChannelException
                || cause instanceof IOException
                        && (words.contains("Connection reset")
                                || words.contains("Broken pipe")
                                || words.contains("Connection was closed"));
    }

    private Response answer(ProblemType type, String detail, List<FieldError> errors) {
        String path = uri.getRequestUri().getRawPath();
        return ErrorForm.of(path).answer(type, detail, errors, path, requestId());
    }

    private static Response later(Response answer, Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        return Response.fromResponse(answer)
                .header(HttpHeaders.RETRY_AFTER, seconds)
                .build();
    }

    /** Without the path, which is not a client's business. */
    private static String reason(FileSystemException e) {
        return e.getReason() != null ? e.getReason() : e.getClass().getSimpleName();
    }

    private String requestId() {
        return String.valueOf(headers.getHeaderString(RequestIdFilter.HEADER));
    }

    private static String named(io.stepwise.training.FieldError error) {
        return error.pointer().isEmpty()
                ? error.detail()
                : error.pointer().substring(1).replace('/', '.') + " " + error.detail();
    }

    private static String text(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }
}
