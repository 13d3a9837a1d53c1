package io.stepwise.api.datasets;

import io.stepwise.api.http.CachingFilter;
import io.stepwise.api.http.DatasetQuery;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.data.store.DatasetPreview;
import io.stepwise.data.store.DatasetStore;
import io.stepwise.data.store.PreviewRequest;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** {@code /datasets}: what can be trained on. All of it reads files, so it runs on worker threads. */
@Path("/datasets")
@Singleton
@Tag(name = "Datasets", description = "Images to train on.")
public final class DatasetResource {
    private static final String PNG = "image/png";

    private final DatasetStore store;

    /** @param store the data sets on disk */
    @Inject
    public DatasetResource(DatasetStore store) {
        this.store = store;
    }

    /** Counts what was put there by hand, if it has changed. */
    @GET
    @Operation(
            operationId = "listDatasets",
            summary = "Lists the data sets.",
            description = "The built-in one, those that were uploaded, and those that somebody put into the folder"
                    + " stepwise.datasets by hand: folders and zip archives with names in lower case.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @APIResponse(
            responseCode = "200",
            description = "All data sets.",
            headers = @Header(ref = "X-Request-Id"),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = DatasetListResponse.class)))
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @Produces(MediaType.APPLICATION_JSON)
    public Response list(@Context UriInfo uri) throws IOException {
        new DatasetQuery(uri.getQueryParameters()).finish();
        return json(DatasetListResponse.of(store.list()));
    }

    /** Looks at the header of every picture that was put there by hand, if the data set has changed. */
    @GET
    @Path("/{name}")
    @Operation(
            operationId = "getDataset",
            summary = "Describes a data set.",
            description = "What was found when it was uploaded. Of one that was put there by hand the headers of all"
                    + " pictures are read for the first answer, which can take a while.")
    @Parameter(name = "name", in = ParameterIn.PATH, required = true, description = "The data set.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @APIResponse(
            responseCode = "200",
            description = "The data set.",
            headers = @Header(ref = "X-Request-Id"),
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = DatasetResponse.class)))
    @APIResponse(responseCode = "404", ref = "DatasetNotFound")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @Produces(MediaType.APPLICATION_JSON)
    public Response find(@PathParam("name") String name, @Context UriInfo uri) throws IOException {
        new DatasetQuery(uri.getQueryParameters()).finish();
        return json(DatasetResponse.of(store.find(name)));
    }

    private static Response json(Object answer) {
        return Response.ok(JsonBody.write(answer), MediaType.APPLICATION_JSON_TYPE)
                .build();
    }

    /** Decodes and draws only when the client doesn't have it yet. */
    @GET
    @Path("/{name}/preview")
    @Operation(
            operationId = "previewDataset",
            summary = "Draws some pictures of a data set on one sheet.",
            description =
                    "Always the same ones, spread evenly over the data set; up to 32 classes get rows of their own."
                            + " A red square is a picture that can't be read.")
    @Parameter(name = "name", in = ParameterIn.PATH, required = true, description = "The data set.")
    @Parameter(
            name = "n",
            in = ParameterIn.QUERY,
            description = "Pictures at most.",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            minimum = "1",
                            maximum = "" + PreviewRequest.MAX_N,
                            defaultValue = "" + PreviewRequest.DEFAULT_N))
    @Parameter(
            name = "size",
            in = ParameterIn.QUERY,
            description = "Pixels of a picture's side; pictures are cropped to squares, as for training.",
            schema =
                    @Schema(
                            type = SchemaType.INTEGER,
                            minimum = "" + PreviewRequest.MIN_SIZE,
                            maximum = "" + PreviewRequest.MAX_SIZE,
                            defaultValue = "" + PreviewRequest.DEFAULT_SIZE))
    @Parameter(
            name = "label",
            in = ParameterIn.QUERY,
            description = "Only pictures of this class.",
            schema = @Schema(type = SchemaType.STRING))
    @Parameter(ref = RequestIdFilter.HEADER)
    @APIResponse(
            responseCode = "200",
            description = "The sheet.",
            headers = {
                @Header(ref = "X-Request-Id"),
                @Header(
                        name = "ETag",
                        description = "Changes when the sheet does.",
                        required = true,
                        schema = @Schema(type = SchemaType.STRING))
            },
            content = @Content(mediaType = PNG, schema = @Schema(type = SchemaType.STRING, contentMediaType = PNG)))
    @APIResponse(responseCode = "304", ref = "NotModified")
    @APIResponse(responseCode = "404", ref = "DatasetNotFound")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "429", ref = "DatasetsBusy")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @Produces(PNG)
    public Response preview(@PathParam("name") String name, @Context UriInfo uri, @Context HttpHeaders headers)
            throws IOException, InterruptedException {
        DatasetQuery query = new DatasetQuery(uri.getQueryParameters());
        PreviewRequest asked = new PreviewRequest(
                query.integer("n", 1, PreviewRequest.MAX_N, PreviewRequest.DEFAULT_N),
                query.integer("size", PreviewRequest.MIN_SIZE, PreviewRequest.MAX_SIZE, PreviewRequest.DEFAULT_SIZE),
                query.text("label").orElse(null));
        query.finish();
        DatasetPreview preview = store.preview(name, asked);
        EntityTag tag = new EntityTag(preview.fingerprint());
        Response.ResponseBuilder unchanged = CachingFilter.unchanged(headers, tag);
        Response.ResponseBuilder answer =
                unchanged == null ? Response.ok(preview.png(), PNG).tag(tag) : unchanged;
        return answer.header(HttpHeaders.CACHE_CONTROL, "no-cache").build();
    }

    /** One rename; the files go after it. */
    @DELETE
    @Path("/{name}")
    @Operation(operationId = "deleteDataset", summary = "Deletes a data set.")
    @Parameter(name = "name", in = ParameterIn.PATH, required = true, description = "The data set.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @APIResponse(responseCode = "204", description = "It is gone.", headers = @Header(ref = "X-Request-Id"))
    @APIResponse(responseCode = "404", ref = "DatasetNotFound")
    @APIResponse(responseCode = "409", ref = "DatasetInUse")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "500", ref = "InternalError")
    public void delete(@PathParam("name") String name, @Context UriInfo uri) throws IOException {
        new DatasetQuery(uri.getQueryParameters()).finish();
        store.delete(name);
    }
}
