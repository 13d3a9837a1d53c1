package io.stepwise.api.datasets;

import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.QueryFields;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.data.LabelsCsv;
import io.stepwise.data.OnBroken;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.upload.MultipartFiles;
import io.stepwise.upload.Pace;
import io.stepwise.upload.UploadBody;
import io.stepwise.upload.UploadLimits;
import io.stepwise.upload.ZipFiles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code POST /datasets/{name}}: uploads a data set. Reads the body as it arrives, so it runs on a worker thread. */
@Path("/datasets")
@Singleton
@RolesAllowed("train")
public final class DatasetUploadResource {
    private static final Set<String> ZIP = Set.of("application/zip", "application/x-zip-compressed");
    private static final List<String> ON_BROKEN = Arrays.stream(OnBroken.values())
            .map(each -> each.name().toLowerCase(Locale.ROOT))
            .toList();

    private final DatasetStore store;
    private final Pace pace;

    /**
     * @param store the data sets on disk
     * @param pace how fast clients must send
     */
    @Inject
    public DatasetUploadResource(DatasetStore store, Pace pace) {
        this.store = store;
        this.pace = pace;
    }

    /** Reads the body only after it has checked that the name is free. */
    @POST
    @Path("/{name}")
    @Produces(MediaType.APPLICATION_JSON)
    public Response upload(
            @PathParam("name") String name, InputStream body, @Context UriInfo uri, @Context HttpHeaders headers)
            throws IOException {
        QueryFields query = new QueryFields(uri);
        OnBroken onBroken = query.value(
                        "on_broken",
                        "one of " + ON_BROKEN,
                        text -> ON_BROKEN.contains(text) ? OnBroken.valueOf(text.toUpperCase(Locale.ROOT)) : null)
                .orElse(OnBroken.FAIL);
        query.finishStrictly();
        store.limits().upload().requireModest(headers.getHeaderString(HttpHeaders.CONTENT_LENGTH));
        DatasetStore.Uploaded made = upload(name, body, headers, onBroken);
        Response answer = Response.status(Response.Status.CREATED)
                .header(HttpHeaders.LOCATION, "/datasets/" + made.dataset().name())
                .entity(JsonBody.write(made.dataset()))
                .type(MediaType.APPLICATION_JSON_TYPE)
                .build();
        return IdempotencyKey.mark(answer, made.isReplay());
    }

    private DatasetStore.Uploaded upload(String name, InputStream body, HttpHeaders headers, OnBroken onBroken)
            throws IOException {
        String key = IdempotencyKey.hash(headers, "/datasets/" + name);
        String contentType = headers.getHeaderString(HttpHeaders.CONTENT_TYPE);
        UploadLimits limits = store.limits().upload();
        UploadBody bytes = new UploadBody(body, limits.maxBytes(), pace);
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (ZIP.contains(type)) {
            try (ZipFiles zip = ZipFiles.arriving(bytes, store.root(), limits)) {
                return store.upload(name, zip, onBroken, key);
            }
        }
        if (type.equals(MediaType.MULTIPART_FORM_DATA)) {
            String form = String.valueOf(contentType);
            return store.upload(
                    name, new MultipartFiles(bytes, form, LabelsCsv.NAME, limits.maxFiles()), onBroken, key);
        }
        throw new ProblemException(
                ProblemType.UNSUPPORTED_MEDIA_TYPE,
                "Content-Type is \"" + contentType + "\", must be application/zip, with the archive as the body, or"
                        + " multipart/form-data, with the pictures as files.");
    }
}
