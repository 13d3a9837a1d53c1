package io.stepwise.api.models;

import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.http.CachingFilter;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.serving.ModelCatalog;
import io.stepwise.serving.ModelDescription;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** {@code /models}: what the repository holds, what serves of it, and what is to. */
@Path("/models")
@Singleton
@Tag(name = "Models", description = "The models of the repository and their versions.")
public final class ModelsResource {
    private final ModelCatalog catalog;

    /** @param catalog knows the models */
    @Inject
    public ModelsResource(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** Every model. Reads the disk, on a worker thread, as the next two do. */
    @GET
    @Operation(operationId = "listModels", summary = "Lists the models.")
    @APIResponse(
            responseCode = "200",
            description = "The models.",
            headers = {@Header(ref = "X-Request-Id"), @Header(name = "ETag", ref = "Content-ETag")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelsResponse.class)))
    @APIResponse(responseCode = "304", ref = "NotModified")
    @APIResponse(responseCode = "500", ref = "InternalError")
    public Response models() throws IOException {
        return answer(new ModelsResponse(
                catalog.models().stream().map(ModelResponse::of).toList()));
    }

    /** One model. */
    @GET
    @Path("/{name}")
    @Operation(
            operationId = "getModel",
            summary = "Tells of a model.",
            description =
                    "Which versions there are, which of them serves here and now, and why another that is to serve"
                            + " does not.")
    @Parameter(name = "name", description = "Name of the model.", example = "faces")
    @APIResponse(
            responseCode = "200",
            description = "The model.",
            headers = {@Header(ref = "X-Request-Id"), @Header(name = "ETag", ref = "Content-ETag")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelResponse.class)))
    @APIResponse(responseCode = "304", ref = "NotModified")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "500", ref = "InternalError")
    public Response model(@PathParam("name") String name) throws IOException {
        try {
            return answer(ModelResponse.of(catalog.model(name)));
        } catch (UnknownModelException e) {
            throw notFound(e);
        }
    }

    /** One version. */
    @GET
    @Path("/{name}/versions/{version}")
    @Operation(
            operationId = "getModelVersion",
            summary = "Tells of a version of a model.",
            description =
                    "Its manifest, its network in short, and whether it serves. Of a version that can't be read it tells"
                            + " why.")
    @Parameter(name = "name", description = "Name of the model.", example = "faces")
    @Parameter(name = "version", description = "Number of the version.", example = "1")
    @APIResponse(
            responseCode = "200",
            description = "The version.",
            headers = {@Header(ref = "X-Request-Id"), @Header(name = "ETag", ref = "Content-ETag")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelVersionResponse.class)))
    @APIResponse(responseCode = "304", ref = "NotModified")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "500", ref = "InternalError")
    public Response version(@PathParam("name") String name, @PathParam("version") int version) throws IOException {
        try {
            return answer(ModelVersionResponse.of(catalog.version(name, version)));
        } catch (UnknownModelException | VersionNotFoundException e) {
            throw notFound(e);
        }
    }

    /** Pins, rolls back or follows the newest again. Answers once the version serves. */
    @PUT
    @Path("/{name}/served")
    @NonBlocking
    @Operation(
            operationId = "serveModelVersion",
            summary = "Chooses the version of a model that serves.",
            description =
                    "Loads the version where it isn't in memory, writes the choice to model.json, which all services on"
                            + " the same repository follow, and answers once requests that come from then on are served by it."
                            + " Requests that had begun end with the version they began with. When the version can't be loaded"
                            + " nothing changes.")
    @Parameter(name = "name", description = "Name of the model.", example = "faces")
    @Parameter(
            name = HttpHeaders.IF_MATCH,
            in = ParameterIn.HEADER,
            description = "An ETag of the model: nothing is changed unless it is still as the client knows it.",
            schema = @Schema(type = SchemaType.STRING))
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelsServedRequest.class),
                            examples = {
                                @ExampleObject(name = "pin, or roll back", value = "{\"version\": 3}"),
                                @ExampleObject(name = "follow the newest", value = "{\"version\": \"latest\"}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "The version serves.",
            headers = {@Header(ref = "X-Request-Id"), @Header(name = "ETag", ref = "Content-ETag")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = ModelResponse.class)))
    @APIResponse(responseCode = "400", ref = "MalformedJson")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "409", ref = "VersionRefused")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    @APIResponse(responseCode = "413", ref = "BodyTooLarge")
    @APIResponse(responseCode = "415", ref = "UnsupportedMediaType")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @APIResponse(responseCode = "503", ref = "NotReady")
    public CompletionStage<Response> serve(
            @PathParam("name") String name, JsonObject body, @Context HttpHeaders headers) {
        Integer version = ModelsServedRequest.read(body.fields()).orElse(null);
        String known = headers.getHeaderString(HttpHeaders.IF_MATCH);
        return catalog.serve(name, version, model -> requireMatch(known, model)).handle((model, failure) -> {
            if (failure != null) {
                throw failed(failure);
            }
            byte[] answer = JsonBody.write(ModelResponse.of(model));
            return Response.ok(answer, MediaType.APPLICATION_JSON)
                    .tag(CachingFilter.tag(answer))
                    .build();
        });
    }

    /** Called by the thread that changes models. */
    private static void requireMatch(@Nullable String known, ModelDescription model) {
        EntityTag tag = CachingFilter.tag(JsonBody.write(ModelResponse.of(model)));
        if (known != null && !CachingFilter.names(known, tag)) {
            throw new ProblemException(
                    ProblemType.PRECONDITION_FAILED,
                    "If-Match is " + known + ", the model's ETag is \"" + tag.getValue() + "\".");
        }
    }

    private static RuntimeException failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof UnknownModelException e ? notFound(e) : new CompletionException(cause);
    }

    /** It is the path that names what there isn't, and no field. */
    static ProblemException notFound(RuntimeException e) {
        ProblemType type =
                e instanceof UnknownModelException ? ProblemType.MODEL_NOT_FOUND : ProblemType.VERSION_NOT_FOUND;
        return new ProblemException(type, String.valueOf(e.getMessage()));
    }

    private static Response answer(Object entity) {
        return Response.ok(JsonBody.write(entity), MediaType.APPLICATION_JSON).build();
    }
}
