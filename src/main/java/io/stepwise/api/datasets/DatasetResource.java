package io.stepwise.api.datasets;

import io.stepwise.api.http.CachingFilter;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.QueryFields;
import io.stepwise.data.store.DatasetPreview;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.data.store.PreviewRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;

/** {@code /datasets}: the data sets for training. All methods read files, so they run on worker threads. */
@Path("/datasets")
@Singleton
@RolesAllowed("train")
public final class DatasetResource {
    private static final String PNG = "image/png";

    private final DatasetStore store;

    /** @param store the data sets on disk */
    @Inject
    public DatasetResource(DatasetStore store) {
        this.store = store;
    }

    /** Counts again if files were added or changed by hand. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response list(@Context UriInfo uri) throws IOException {
        new QueryFields(uri).finishStrictly();
        return json(DatasetListResponse.of(store.list()));
    }

    /** Reads the header of every picture that was added by hand if the data set has changed. */
    @GET
    @Path("/{name}")
    @Produces(MediaType.APPLICATION_JSON)
    public Response find(@PathParam("name") String name, @Context UriInfo uri) throws IOException {
        new QueryFields(uri).finishStrictly();
        return json(store.find(name));
    }

    private static Response json(Object answer) {
        return Response.ok(JsonBody.write(answer), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Decodes and draws only if the client does not have the current preview. */
    @GET
    @Path("/{name}/preview")
    @Produces(PNG)
    public Response preview(@PathParam("name") String name, @Context UriInfo uri, @Context HttpHeaders headers)
            throws IOException, InterruptedException {
        QueryFields query = new QueryFields(uri);
        PreviewRequest asked = new PreviewRequest(
                query.integer("n", 1, PreviewRequest.MAX_N, PreviewRequest.DEFAULT_N),
                query.integer("size", PreviewRequest.MIN_SIZE, PreviewRequest.MAX_SIZE, PreviewRequest.DEFAULT_SIZE),
                query.text("label").orElse(null));
        query.finishStrictly();
        DatasetPreview preview = store.preview(name, asked);
        EntityTag tag = new EntityTag(preview.fingerprint());
        Response.ResponseBuilder unchanged = CachingFilter.unchanged(headers, tag);
        Response.ResponseBuilder answer =
                unchanged == null ? Response.ok(preview.png(), PNG).tag(tag) : unchanged;
        return answer.header(HttpHeaders.CACHE_CONTROL, "no-cache").build();
    }

    /** A single rename removes the data set; its files are deleted afterwards. */
    @DELETE
    @Path("/{name}")
    public void delete(@PathParam("name") String name, @Context UriInfo uri) throws IOException {
        new QueryFields(uri).finishStrictly();
        store.delete(name);
    }
}
