package io.stepwise.api.problem;

import java.util.Locale;

/** The kinds of {@link Problem}. The URI of a kind never changes, because clients depend on it. */
public enum ProblemType {
    MALFORMED_JSON(400, "The body is not well-formed JSON"),
    BAD_REQUEST(400, "The request is malformed"),
    UNAUTHORIZED(401, "A key is needed"),
    FORBIDDEN(403, "The key may not be used for this"),
    CROSS_SITE(403, "The request comes from another site"),
    NOT_FOUND(404, "There is nothing at this path"),
    MODEL_NOT_FOUND(404, "There is no such model"),
    VERSION_NOT_FOUND(404, "The model has no such version"),
    GENERATION_NOT_FOUND(404, "There is no such generation"),
    JOB_NOT_FOUND(404, "There is no such training job"),
    DATASET_NOT_FOUND(404, "There is no such data set"),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here"),
    NOT_ACCEPTABLE(406, "None of the accepted media types is offered"),
    BODY_TOO_SLOW(408, "The body arrives too slowly"),
    DATASET_EXISTS(409, "There is a data set of this name already"),
    DATASET_IN_USE(409, "The data set is in use"),
    WRONG_STATE(409, "The state of the job does not allow this"),
    VERSION_REFUSED(409, "The version can't be loaded"),
    GONE(410, "The result has expired"),
    VERSION_IN_USE(409, "The version is in use"),
    PRECONDITION_FAILED(412, "The resource has changed"),
    BODY_TOO_LARGE(413, "The body is too large"),
    UPLOAD_TOO_LARGE(413, "The upload is larger than allowed"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not supported"),
    UNKNOWN_FIELD(422, "The request has a field that does not exist"),
    INVALID_FIELD(422, "The request has a field that can't be used"),
    KEY_REUSED(422, "The key belongs to another request"),
    INVALID_DATASET(422, "The upload is not a usable data set"),
    INVALID_MODEL(422, "The upload is not a model that can be served"),
    BROKEN_PICTURES(422, "Pictures of the upload can't be read"),
    DATASETS_BUSY(429, "Too many uploads or previews at once"),
    MEMORY_BUSY(429, "The memory for requests is in use"),
    QUEUE_FULL(429, "The queue is full"),
    RATE_LIMITED(429, "Too many requests"),
    INTERNAL_ERROR(500, "The service failed"),
    NOT_READY(503, "The service is not ready"),
    STORAGE_UNAVAILABLE(503, "The service can't read or write its files"),
    CANCELLED(503, "The work was cancelled"),
    DEADLINE_EXCEEDED(504, "The images were not made in time"),
    INSUFFICIENT_STORAGE(507, "The disk is full");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The URI reference of the kind, such as {@code /problems/queue-full}. */
    String uri() {
        return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
