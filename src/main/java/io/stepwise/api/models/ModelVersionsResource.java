package io.stepwise.api.models;

import io.stepwise.api.http.CachingFilter;
import io.stepwise.api.http.DatasetQuery;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.data.InvalidDatasetException;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.data.store.FolderIntake;
import io.stepwise.data.store.HashedFiles;
import io.stepwise.data.store.UploadBody;
import io.stepwise.data.store.UploadLimits;
import io.stepwise.data.store.UploadTooLargeException;
import io.stepwise.data.zip.ZipStream;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionArchive;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.serving.ModelCatalog;
import io.stepwise.serving.request.FieldError;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /models/{name}/versions}: versions come in, go out, and go. What reads or writes files runs on worker threads. */
@Path("/models")
@Singleton
@Tag(name = "Models")
public final class ModelVersionsResource {
    /** What a diffusers folder has is a handful. */
    static final int MAX_FILES = 1000;

    private static final String ZIP = "application/zip";
    private static final Set<String> ZIPS = Set.of(ZIP, "application/x-zip-compressed");
    private static final String RETRY_SECONDS = "30";

    private final ModelCatalog catalog;
    private final UploadLimits limits;
    private final Semaphore slots;

    /**
     * @param catalog knows the models
     * @param datasets say what uploads may bring
     */
    @Inject
    public ModelVersionsResource(ModelCatalog catalog, DatasetStore datasets) {
        this.catalog = catalog;
        limits = datasets.limits();
        slots = new Semaphore(limits.concurrency());
    }

    /** Nothing of the body is read before it is known that it may come. */
    @POST
    @Path("/{name}/versions")
    @Operation(
            operationId = "importModelVersion",
            summary = "Imports a version of a model.",
            description =
                    "Takes a zip archive of a diffusers folder (model_index.json, unet, scheduler), or of a U-Net's own"
                            + " (config.json and weights), as diffusers saves them; it may lie in one folder that is round"
                            + " everything. Weights must be safetensors in one file. Names, shapes and every weight are checked, and"
                            + " the configuration must be one that Stepwise can run, before the version is there for anybody. When"
                            + " the answer is no 201, nothing of the upload is left.")
    @Parameter(
            name = "name",
            description = "Name of the model; made when there is none.",
            schema = @Schema(type = SchemaType.STRING, pattern = "^[a-z0-9][a-z0-9._-]{0,63}$"),
            example = "cifar10")
    @Parameter(ref = IdempotencyKey.HEADER)
    @RequestBody(
            required = true,
            description = "Limits: stepwise.upload.max-bytes, max-ratio, and 1000 files.",
            content =
                    @Content(
                            mediaType = ZIP,
                            schema = @Schema(type = SchemaType.STRING, format = "binary", contentMediaType = ZIP)))
    @APIResponse(
            responseCode = "201",
            description = "The version, which can be served.",
            headers = {@Header(ref = "X-Request-Id"), @Header(ref = "Location")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelVersionResponse.class)))
    @APIResponse(responseCode = "400", ref = "MalformedUpload")
    @APIResponse(responseCode = "413", ref = "UploadTooLarge")
    @APIResponse(responseCode = "415", ref = "UnsupportedArchive")
    @APIResponse(responseCode = "422", ref = "InvalidModel")
    @APIResponse(responseCode = "429", ref = "DatasetsBusy")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @APIResponse(responseCode = "507", ref = "InsufficientStorage")
    public Response take(
            @PathParam("name") String name, InputStream body, @Context UriInfo uri, @Context HttpHeaders headers)
            throws IOException {
        new DatasetQuery(uri.getQueryParameters()).finish();
        requireZip(headers.getHeaderString(HttpHeaders.CONTENT_TYPE));
        requireModest(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH));
        if (!slots.tryAcquire()) {
            throw new ProblemException(ProblemType.DATASETS_BUSY, "Other models are being uploaded.")
                    .with(Map.of(HttpHeaders.RETRY_AFTER, RETRY_SECONDS));
        }
        try {
            return created(take(name, body, IdempotencyKey.hash(headers, "/models/" + name + "/versions")));
        } finally {
            slots.release();
        }
    }

    private Response created(ModelIntake.Taken made) throws IOException {
        ModelVersion version = made.version();
        Response answer = Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/models/" + version.model() + "/versions/" + version.number())
                .entity(JsonBody.write(ModelVersionResponse.of(catalog.version(version.model(), version.number()))))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
        return IdempotencyKey.mark(answer, made.isReplay());
    }

    private ModelIntake.Taken take(String name, InputStream body, @Nullable String key) throws IOException {
        UploadBody bytes = new UploadBody(body, limits.maxBytes());
        try (ZipStream zip = new ZipStream(bytes, limits.maxRatio())) {
            HashedFiles files = new HashedFiles(zip, "import");
            return catalog.take(
                    name,
                    folder -> new FolderIntake(folder, limits.maxBytes(), MAX_FILES).takeAll(files),
                    "upload",
                    key == null ? null : () -> new IdempotencyRecord(key, files.hash(limits.maxBytes())));
        } catch (InvalidDatasetException | InvalidModelException e) {
            throw new ProblemException(ProblemType.INVALID_MODEL, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(
                    ProblemType.INVALID_FIELD, List.of(new FieldError("/name", String.valueOf(e.getMessage()))));
        }
    }

    private static void requireZip(@Nullable String contentType) {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!ZIPS.contains(type)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is \"" + contentType + "\", must be application/zip, with the archive as the body.");
        }
    }

    /** Who announces too much needn't send it. */
    private void requireModest(@Nullable String length) {
        boolean number = length != null && length.matches("[0-9]{1,18}");
        if (number && Long.parseLong(length) > limits.maxBytes()) {
            throw new UploadTooLargeException(
                    "the upload has " + length + " bytes, must have at most " + limits.maxBytes());
        }
    }

    /** Reads every file, and finds it to be what it must be, before the first byte is sent. */
    @GET
    @Path("/{name}/versions/{version}/archive")
    @Operation(
            operationId = "exportModelVersion",
            summary = "Exports a version of a model.",
            description =
                    "A zip archive of one folder that diffusers opens (DDPMPipeline.from_pretrained) and that can be"
                            + " imported again; the same bytes every time. Every file is compared with its checksum first.")
    @Parameter(name = "name", description = "Name of the model.", example = "faces")
    @Parameter(name = "version", description = "Number of the version.", example = "1")
    @APIResponse(
            responseCode = "200",
            description = "The archive.",
            headers = {
                @Header(ref = "X-Request-Id"),
                @Header(name = "ETag", ref = "Content-ETag"),
                @Header(
                        name = HttpHeaders.CONTENT_DISPOSITION,
                        description = "A file name for the archive.",
                        required = true,
                        schema = @Schema(type = SchemaType.STRING))
            },
            content =
                    @Content(
                            mediaType = ZIP,
                            schema = @Schema(type = SchemaType.STRING, format = "binary", contentMediaType = ZIP)))
    @APIResponse(responseCode = "304", ref = "NotModified")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "409", ref = "VersionRefused")
    @APIResponse(responseCode = "500", ref = "InternalError")
    public Response archive(
            @PathParam("name") String name,
            @PathParam("version") int version,
            @Context Request request,
            @Context HttpHeaders headers)
            throws IOException {
        Negotiation.choose(headers, List.of(ZIP));
        try {
            VersionArchive archive = catalog.archive(name, version);
            EntityTag tag = new EntityTag(archive.fingerprint());
            Response.ResponseBuilder unchanged = CachingFilter.unchanged(headers, tag);
            if (unchanged == null) {
                unchanged = Response.ok(content(archive, request), ZIP)
                        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + archive.fileName() + "\"");
                if (archive.size().isPresent()) {
                    unchanged.header(HttpHeaders.CONTENT_LENGTH, archive.size().getAsLong());
                }
            }
            return unchanged.tag(tag).build();
        } catch (UnknownModelException | VersionNotFoundException e) {
            throw ModelsResource.notFound(e);
        } catch (InvalidModelException e) {
            throw new ProblemException(ProblemType.VERSION_REFUSED, String.valueOf(e.getMessage()));
        }
    }

    /** Who asks for the headers only is not made to wait for the files. */
    private static StreamingOutput content(VersionArchive archive, Request request) throws IOException {
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            return out -> {};
        }
        VersionArchive.Content content = archive.content();
        return content::writeTo;
    }

    /** One rename; the files go after it. */
    @DELETE
    @Path("/{name}/versions/{version}")
    @Operation(
            operationId = "deleteModelVersion",
            summary = "Deletes a version of a model for good.",
            description = "Requests that have begun with it end with it. Its number is not used again.")
    @Parameter(name = "name", description = "Name of the model.", example = "faces")
    @Parameter(name = "version", description = "Number of the version.", example = "1")
    @APIResponse(responseCode = "204", description = "It is gone.", headers = @Header(ref = "X-Request-Id"))
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "409", ref = "VersionInUse")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @APIResponse(responseCode = "503", ref = "NotReady")
    public CompletionStage<Response> delete(
            @PathParam("name") String name, @PathParam("version") int version, @Context UriInfo uri) {
        new DatasetQuery(uri.getQueryParameters()).finish();
        return catalog.delete(name, version).handle((gone, failure) -> {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof UnknownModelException || cause instanceof VersionNotFoundException) {
                throw ModelsResource.notFound((RuntimeException) cause);
            }
            if (cause instanceof IllegalStateException) {
                throw new ProblemException(ProblemType.VERSION_IN_USE, String.valueOf(cause.getMessage()));
            }
            if (cause != null) {
                throw new CompletionException(cause);
            }
            return Response.noContent().build();
        });
    }
}
