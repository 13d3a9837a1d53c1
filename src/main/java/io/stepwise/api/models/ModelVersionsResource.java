package io.stepwise.api.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.security.Authenticated;
import io.stepwise.api.http.CachingFilter;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.http.QueryFields;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.repository.IdempotencyRecord;
import io.stepwise.repository.ModelIntake;
import io.stepwise.repository.ModelVersion;
import io.stepwise.repository.VersionArchive;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.serving.ModelCatalog;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import io.stepwise.training.spec.AverageChoice;
import io.stepwise.upload.FolderIntake;
import io.stepwise.upload.HashedFiles;
import io.stepwise.upload.InvalidUploadException;
import io.stepwise.upload.Pace;
import io.stepwise.upload.PacedOutput;
import io.stepwise.upload.UploadBody;
import io.stepwise.upload.UploadLimits;
import io.stepwise.upload.UploadsBusyException;
import io.stepwise.upload.ZipFiles;
import jakarta.annotation.security.RolesAllowed;
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
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * {@code /models/{name}/versions}: import, export and deletion of versions. Methods that read or write files run on
 * worker threads.
 */
@Path("/models")
@Singleton
@RolesAllowed("admin")
public final class ModelVersionsResource {
    /** The limit of files in an upload; a diffusers folder has only a few. */
    static final int MAX_FILES = 1000;

    /** Each one holds a thread. */
    private static final int MOST_DOWNLOADS = 16;

    private static final String ZIP = "application/zip";
    private static final Set<String> ZIPS = Set.of(ZIP, "application/x-zip-compressed");
    private static final byte[] ZIP_MAGIC = {'P', 'K'};
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final ModelCatalog catalog;
    private final RunAverages averages;
    private final UploadLimits limits;
    private final Pace pace;
    private final Semaphore slots;
    private final Semaphore downloads = new Semaphore(MOST_DOWNLOADS);

    /**
     * @param catalog knows the models
     * @param averages makes versions of training runs
     * @param datasets gives the limits of uploads
     * @param pace how fast clients must send
     */
    @Inject
    public ModelVersionsResource(ModelCatalog catalog, RunAverages averages, DatasetStore datasets, Pace pace) {
        this.catalog = catalog;
        this.averages = averages;
        this.pace = pace;
        limits = datasets.limits().upload().withMaxFiles(MAX_FILES);
        slots = new Semaphore(limits.concurrency());
    }

    /** Reads the body only after all other checks of the request have passed. */
    @POST
    @Path("/{name}/versions")
    public Response take(
            @PathParam("name") String name, InputStream body, @Context UriInfo uri, @Context HttpHeaders headers)
            throws IOException {
        new QueryFields(uri).finishStrictly();
        String type = contentType(headers);
        requireKnown(type);
        limits.requireModest(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH));
        if (!slots.tryAcquire()) {
            throw new UploadsBusyException("Other models are being uploaded.", RETRY_AFTER);
        }
        try {
            String key = IdempotencyKey.hash(headers, "/models/" + name + "/versions");
            InputStream bytes = new BufferedInputStream(new UploadBody(body, limits.maxBytes(), pace));
            return created(isArchive(type, bytes) ? take(name, bytes, key) : average(name, bytes, type, key));
        } finally {
            slots.release();
        }
    }

    /** Clients that are generated from the contract call every body of this route JSON, so its first bytes decide, too. */
    private static boolean isArchive(String type, InputStream body) throws IOException {
        body.mark(ZIP_MAGIC.length);
        byte[] first = body.readNBytes(ZIP_MAGIC.length);
        body.reset();
        return ZIPS.contains(type) || Arrays.equals(first, ZIP_MAGIC);
    }

    private ModelIntake.Taken average(String name, InputStream body, String type, @Nullable String key)
            throws IOException {
        ObjectNode fields = JsonBody.readSmall(body, type);
        try {
            return averages.publish(
                    name,
                    AverageChoice.read(fields),
                    key == null ? null : () -> new IdempotencyRecord(key, IdempotencyKey.contentOf(fields)));
        } catch (InvalidMessageException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw invalidName(e);
        }
    }

    private static ProblemException invalidName(IllegalArgumentException e) {
        return ProblemException.of(
                ProblemType.INVALID_FIELD, List.of(new FieldError("/name", String.valueOf(e.getMessage()))));
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
        try (ZipFiles zip = ZipFiles.arriving(body, catalog.root(), limits)) {
            HashedFiles files = new HashedFiles(zip, "import");
            return catalog.take(
                    name,
                    folder -> new FolderIntake(folder, limits).takeAll(files),
                    "upload",
                    key == null ? null : () -> new IdempotencyRecord(key, files.hash(limits.maxBytes())));
        } catch (InvalidUploadException | InvalidModelException e) {
            throw new ProblemException(ProblemType.INVALID_MODEL, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw invalidName(e);
        }
    }

    private static String contentType(HttpHeaders headers) {
        String type = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static void requireKnown(String type) {
        if (!ZIPS.contains(type) && !type.equals(MediaType.APPLICATION_JSON)) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Type is \"" + type + "\", must be application/zip, with the archive as the body, or"
                            + " application/json, with the run to make a version of.");
        }
    }

    /** Reads and verifies every file before it sends the first byte. */
    @GET
    @Path("/{name}/versions/{version}/archive")
    @Authenticated
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

    /** Does not read the files for a HEAD request. */
    private StreamingOutput content(VersionArchive archive, Request request) throws IOException {
        if (request.getMethod().equals(HttpMethod.HEAD)) {
            return out -> {};
        }
        VersionArchive.Content content = archive.content();
        return out -> {
            if (!downloads.tryAcquire()) {
                throw new UploadsBusyException("Other models are being downloaded.", RETRY_AFTER);
            }
            try {
                content.writeTo(new PacedOutput(out, pace));
            } finally {
                downloads.release();
            }
        };
    }

    /** A single rename removes the version; its files are deleted afterwards. */
    @DELETE
    @Path("/{name}/versions/{version}")
    public CompletionStage<Response> delete(
            @PathParam("name") String name, @PathParam("version") int version, @Context UriInfo uri) {
        new QueryFields(uri).finishStrictly();
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
