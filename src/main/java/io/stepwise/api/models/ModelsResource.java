package io.stepwise.api.models;

import io.quarkus.security.Authenticated;
import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.http.CachingFilter;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.serving.ModelCatalog;
import io.stepwise.serving.ModelDescription;
import io.stepwise.serving.request.UnknownModelException;
import io.stepwise.serving.request.VersionNotFoundException;
import jakarta.annotation.security.RolesAllowed;
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
import org.jspecify.annotations.Nullable;

/** {@code /models}: the models of the repository, their served versions, and the choice of a version. */
@Path("/models")
@Singleton
@Authenticated
public final class ModelsResource {
    private final ModelCatalog catalog;

    /** @param catalog knows the models */
    @Inject
    public ModelsResource(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /** All models. Runs on a worker thread because it reads the disk; so do the next two methods. */
    @GET
    public Response models() throws IOException {
        return answer(new ModelsResponse(
                catalog.models().stream().map(ModelResponse::of).toList()));
    }

    /** One model. */
    @GET
    @Path("/{name}")
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
    public Response version(@PathParam("name") String name, @PathParam("version") int version) throws IOException {
        try {
            return answer(ModelVersionResponse.of(catalog.version(name, version)));
        } catch (UnknownModelException | VersionNotFoundException e) {
            throw notFound(e);
        }
    }

    /** Pins a version, rolls back, or follows the newest again. Answers after the version has become the served one. */
    @PUT
    @WithJson
    @Path("/{name}/served")
    @RolesAllowed("admin")
    @NonBlocking
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

    /** The thread that changes models calls this. */
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

    /** The problem names no field because the path names the missing model or version. */
    static ProblemException notFound(RuntimeException e) {
        ProblemType type =
                e instanceof UnknownModelException ? ProblemType.MODEL_NOT_FOUND : ProblemType.VERSION_NOT_FOUND;
        return new ProblemException(type, String.valueOf(e.getMessage()));
    }

    private static Response answer(Object entity) {
        return Response.ok(JsonBody.write(entity), MediaType.APPLICATION_JSON).build();
    }
}
