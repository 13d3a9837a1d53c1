package io.stepwise.api.inference;

import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.http.JsonBody;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.Generator;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.RestPath;

/** {@code GET /v2 …}: the service, its health and its models for clients of the Open Inference Protocol. */
@Path("/v2")
@Singleton
@RolesAllowed("generate")
@Produces(MediaType.APPLICATION_JSON)
public final class InferenceModelsResource {
    private static final String NAME = "stepwise";
    private static final int UNAVAILABLE = 503;

    private final Generator generator;
    private final ModelDirectory directory;
    private final String version;

    /**
     * @param generator knows whether it is ready
     * @param directory knows the models
     * @param version of the service
     */
    @Inject
    public InferenceModelsResource(
            Generator generator,
            ModelDirectory directory,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.generator = generator;
        this.directory = directory;
        this.version = version;
    }

    /** The service. */
    @GET
    public byte[] server() {
        return JsonBody.write(new InferenceStatus.Server(NAME, version, List.of()));
    }

    /** Whether the service answers. */
    @GET
    @Path("/health/live")
    @PermitAll
    @NonBlocking
    public byte[] live() {
        return JsonBody.write(new InferenceStatus.Live(true));
    }

    /** Whether the service is ready to make images. */
    @GET
    @Path("/health/ready")
    @PermitAll
    @NonBlocking
    public Response ready() {
        boolean ready = generator.readiness().ready();
        return answer(ready, new InferenceStatus.Ready(true, ready));
    }

    /** A model. */
    @GET
    @Path("/models/{model}")
    public byte[] model(@RestPath String model) throws IOException {
        return JsonBody.write(InferenceMetadata.of(directory.card(model, null), directory.versions(model)));
    }

    /** A version of a model. */
    @GET
    @Path("/models/{model}/versions/{version}")
    public byte[] modelVersion(@RestPath String model, @RestPath("version") String number) throws IOException {
        return JsonBody.write(InferenceMetadata.of(
                directory.card(model, InferenceVersion.parse(model, number)), directory.versions(model)));
    }

    /** Whether a model is ready to make images. */
    @GET
    @Path("/models/{model}/ready")
    public Response modelReady(@RestPath String model) throws IOException {
        return readiness(directory.card(model, null).model());
    }

    /** Whether a version of a model is ready to make images. */
    @GET
    @Path("/models/{model}/versions/{version}/ready")
    public Response modelVersionReady(@RestPath String model, @RestPath("version") String number) throws IOException {
        int found = InferenceVersion.parse(model, number);
        return readiness(directory.card(model, found).model());
    }

    private Response readiness(String model) {
        boolean ready = generator.readiness().ready();
        return answer(ready, new InferenceStatus.ModelReady(model, ready));
    }

    private static Response answer(boolean ready, Object status) {
        return Response.status(ready ? Response.Status.OK.getStatusCode() : UNAVAILABLE)
                .entity(JsonBody.write(status))
                .build();
    }
}
