package io.stepwise.api;

import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.Problem;
import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** The problems of the published contract, by the name that operations refer to them with. */
final class ProblemResponses {
    private static final List<Entry> ALL = List.of(
            new Entry(
                    "MalformedJson",
                    "The body is not well-formed JSON, has a key twice, or goes on after the value; the detail names"
                            + " the position. Or a header can't be used, such as Idempotency-Key (bad-request)."),
            new Entry("BadRequest", "A header can't be used; the detail says which."),
            new Entry("Unauthorized", "Keys are configured, and none that is known was shown."),
            new Entry("Forbidden", "The key has another role than the one that is needed."),
            new Entry("RateLimited", "More requests than stepwise.auth.requests-per-minute allows.", true),
            new Entry("NotFound", "The model or the version does not exist."),
            new Entry(
                    "NotAcceptable",
                    "None of the media types the client accepts is offered; the detail lists those that are."),
            new Entry("NoSuchJob", "The training job, or what was asked for of it, does not exist."),
            new Entry("WrongState", "The state it is in forbids what was asked for; the detail says which allow it."),
            new Entry("StorageUnavailable", "The service can't read or write its files now.", true),
            new Entry(
                    "VersionRefused",
                    "The version exists but can't be loaded; the detail says why. What served serves on."),
            new Entry("Gone", "The generation has expired or was deleted."),
            new Entry("NoSuchGeneration", "There is no such generation, or it has no such image."),
            new Entry("BodyTooLarge", "The body is larger than 16 MiB."),
            new Entry("VersionInUse", "The version is served or pinned; the detail says which."),
            new Entry("PreconditionFailed", "The model is not as If-Match says; nothing has changed."),
            new Entry(
                    "InvalidModel",
                    "The name can't be one (invalid-field), or the archive is malformed, looks made to do harm, or holds no"
                            + " model that Stepwise can serve (invalid-model); the detail names the file, the key or the"
                            + " weights, what was found and what must be there. Or the Idempotency-Key came with other files"
                            + " before (key-reused)."),
            new Entry("UnsupportedArchive", "The body is not application/zip."),
            new Entry("UnsupportedMediaType", "The body is not application/json."),
            new Entry(
                    "InvalidField",
                    "Fields that do not exist, are of the wrong type or out of range; all of them are listed."),
            new Entry(
                    "InvalidFieldOrKey",
                    "Fields that do not exist, are of the wrong type or out of range, all of them listed (invalid-field,"
                            + " unknown-field); or the Idempotency-Key came with another body before (key-reused)."),
            new Entry("QueueFull", "Too much is waiting already.", true),
            new Entry("InternalError", "The service failed; its log has the request's id."),
            new Entry("NotReady", "There is no model, not yet, or not any more; or the work was given up.", true),
            new Entry("DeadlineExceeded", "The images were not made in time."),
            new Entry("DatasetNotFound", "There is no data set of this name."),
            new Entry(
                    "DatasetExists", "The name is taken, by a data set or by an upload on its way; nothing was read."),
            new Entry("DatasetInUse", "It is built in, or training jobs need it; the detail names them."),
            new Entry(
                    "MalformedUpload",
                    "The body ended before its end, or is not well-formed multipart; or a header can't be used."),
            new Entry("UploadTooLarge", "There is more than stepwise.upload allows; the detail names the limit."),
            new Entry("UnsupportedUpload", "The body is neither application/zip nor multipart/form-data."),
            new Entry(
                    "InvalidDataset",
                    "The name or a query parameter can't be used (invalid-field), pictures can't be read"
                            + " (broken-pictures: errors lists the first 100, pointers are their paths), or the upload is"
                            + " malformed, has no pictures or wrong labels, or looks made to do harm (invalid-dataset), or the"
                            + " Idempotency-Key came with other files before (key-reused)."),
            new Entry("DatasetsBusy", "Too many uploads or previews are going on.", true),
            new Entry("InsufficientStorage", "The disk is full; nothing of the upload is left."));

    /**
     * A problem.
     *
     * @param retryAfter whether the answer says when to ask again
     */
    private record Entry(String name, String description, boolean retryAfter) {
        Entry(String name, String description) {
            this(name, description, false);
        }

        APIResponse response() {
            APIResponse response = OASFactory.createAPIResponse()
                    .description(description)
                    .addHeader(RequestIdFilter.HEADER, OASFactory.createHeader().ref(RequestIdFilter.HEADER))
                    .content(OASFactory.createContent()
                            .addMediaType(
                                    Problem.MEDIA_TYPE,
                                    OASFactory.createMediaType()
                                            .schema(OASFactory.createSchema().ref("Problem"))));
            return retryAfter
                    ? response.addHeader(
                            "Retry-After", OASFactory.createHeader().ref("Retry-After"))
                    : response;
        }
    }

    private ProblemResponses() {}

    /** Adds them all to {@code components}. */
    static void addTo(Components components) {
        ALL.forEach(entry -> components.addResponse(entry.name, entry.response()));
    }
}
