package io.stepwise.api.problem;

import io.stepwise.jobs.JobNotFoundException;
import io.stepwise.memory.MemoryBudgetException;
import io.stepwise.repository.KeyReusedException;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.GenerationStore;
import io.stepwise.serving.request.DeadlineExceededException;
import io.stepwise.serving.request.InvalidGenerationException;
import io.stepwise.serving.request.NotReadyException;
import io.stepwise.serving.request.QueueFullException;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.serving.request.VersionRefusedException;
import io.stepwise.training.run.StorageException;
import io.stepwise.training.run.WrongStateException;
import io.stepwise.upload.StorageFullException;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/**
 * The client's view of an exception: in an answer, in a stream of events or in a later status.
 *
 * @param type the kind of problem
 * @param detail what is wrong
 * @param errors the wrong fields; empty if no field is wrong
 * @param headers of an answer
 */
public record Refusal(ProblemType type, String detail, List<FieldError> errors, Map<String, String> headers) {
    private static final Logger LOG = Logger.getLogger(Refusal.class);

    public Refusal {
        detail = PublicText.of(detail);
        errors = errors.stream()
                .map(error -> new FieldError(error.pointer(), PublicText.of(error.detail())))
                .toList();
    }

    private static Refusal of(ProblemType type, String detail) {
        return new Refusal(type, detail, List.of(), Map.of());
    }

    private static Refusal of(ProblemType type, Throwable cause, String pointer) {
        return new Refusal(type, text(cause), List.of(new FieldError(pointer, text(cause))), Map.of());
    }

    /** @param requestId the request's id in the log */
    public static Refusal of(Throwable thrown, String requestId) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof ProblemException e) {
            return new Refusal(e.type(), text(e), e.errors(), e.headers());
        }
        if (cause instanceof InvalidMessageException e) {
            ProblemType type = e.onlyUnknown() ? ProblemType.UNKNOWN_FIELD : ProblemType.INVALID_FIELD;
            return new Refusal(type, text(e), e.errors(), Map.of());
        }
        if (cause instanceof InvalidGenerationException e) {
            return new Refusal(ProblemType.INVALID_FIELD, text(e), e.errors(), Map.of());
        }
        if (cause instanceof UnknownModelException) {
            return of(ProblemType.MODEL_NOT_FOUND, cause, "/model");
        }
        if (cause instanceof VersionNotFoundException) {
            return of(ProblemType.VERSION_NOT_FOUND, cause, "/version");
        }
        if (cause instanceof VersionRefusedException) {
            return of(ProblemType.VERSION_REFUSED, cause, "/version");
        }
        if (cause instanceof GenerationStore.GoneException) {
            return of(ProblemType.GONE, text(cause));
        }
        if (cause instanceof KeyReusedException) {
            return of(ProblemType.KEY_REUSED, text(cause));
        }
        return ofTraining(cause, requestId);
    }

    private static Refusal ofTraining(Throwable cause, String requestId) {
        Optional<DatasetProblem> dataset = DatasetProblem.of(cause);
        if (dataset.isPresent()) {
            DatasetProblem problem = dataset.get();
            Refusal refusal = new Refusal(problem.type(), text(cause), problem.errors(), Map.of());
            return problem.retryAfter().map(refusal::later).orElse(refusal);
        }
        if (cause instanceof JobNotFoundException) {
            return of(ProblemType.JOB_NOT_FOUND, text(cause));
        }
        return cause instanceof WrongStateException
                ? of(ProblemType.WRONG_STATE, text(cause))
                : notServed(cause, requestId);
    }

    /** Exceptions that are not an error of the request itself. */
    private static Refusal notServed(Throwable cause, String requestId) {
        Optional<Refusal> busy = busy(cause);
        if (busy.isPresent()) {
            return busy.get();
        }
        if (cause instanceof DeadlineExceededException) {
            return of(ProblemType.DEADLINE_EXCEEDED, text(cause));
        }
        if (cause instanceof CancellationException) {
            return of(
                            ProblemType.CANCELLED,
                            "The work was cancelled before the images were made; it is worth asking again.")
                    .later(Duration.ZERO);
        }
        if (hasLeft(cause)) {
            LOG.debugf(cause, "the client of request %s has disconnected", requestId);
        } else {
            LOG.errorf(cause, "request %s failed", requestId);
        }
        if (StorageFullException.isCauseOf(cause)) {
            return of(ProblemType.INSUFFICIENT_STORAGE, "There is no room left on the service's disk.");
        }
        Throwable storage = cause instanceof StorageException ? cause.getCause() : cause;
        if (storage instanceof FileSystemException e) {
            String detail = "The service's files can't be read or written: " + reason(e);
            return of(ProblemType.STORAGE_UNAVAILABLE, detail).later(Duration.ofSeconds(10));
        }
        return of(ProblemType.INTERNAL_ERROR, "The service's log knows more about request " + requestId + ".");
    }

    /** Exceptions that say that it is worth asking again. */
    private static Optional<Refusal> busy(Throwable cause) {
        if (cause instanceof QueueFullException e) {
            return Optional.of(of(ProblemType.QUEUE_FULL, text(e)).later(e.retryAfter()));
        }
        if (cause instanceof NotReadyException e) {
            return Optional.of(of(ProblemType.NOT_READY, text(e)).later(e.retryAfter()));
        }
        if (cause instanceof MemoryBudgetException e) {
            return Optional.of(e.retryAfter()
                    .map(wait -> of(ProblemType.MEMORY_BUSY, text(e)).later(wait))
                    .orElseGet(() -> of(ProblemType.BODY_TOO_LARGE, text(e))));
        }
        return Optional.empty();
    }

    /** Whether the client has closed the connection, which is not a failure of the service. */
    private static boolean hasLeft(Throwable cause) {
        String words = String.valueOf(cause.getMessage());
        return cause instanceof ClosedChannelException
                || cause instanceof IOException
                        && (words.contains("Connection reset")
                                || words.contains("Broken pipe")
                                || words.contains("Connection was closed"));
    }

    /** The same refusal, with the advice to try again after {@code wait}. */
    private Refusal later(Duration wait) {
        long seconds = Math.max(1, (wait.toMillis() + 999) / 1000);
        return new Refusal(type, detail, errors, Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
    }

    /** The refusal in this service's own form. */
    public Problem problem(String instance, String requestId) {
        List<Problem.FieldProblem> fields = errors.stream()
                .map(error -> new Problem.FieldProblem(error.pointer(), error.detail()))
                .toList();
        return new Problem(type.uri(), type.title(), type.status(), detail, instance, requestId, fields);
    }

    /** Leaves out the path, which clients must not see. */
    private static String reason(FileSystemException e) {
        if (e.getReason() != null) {
            return e.getReason();
        }
        if (e instanceof NoSuchFileException) {
            return "a file or a folder is missing";
        }
        return e instanceof AccessDeniedException ? "access is denied" : "the file system refuses";
    }

    private static String text(Throwable thrown) {
        return String.valueOf(thrown.getMessage());
    }
}
