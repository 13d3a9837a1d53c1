package io.stepwise.api.inference;

import io.smallrye.common.annotation.Blocking;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.GenerateResource;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.Generator;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** {@code POST /v2/models/{model}/infer}: images for clients of the Open Inference Protocol. */
@Path("/v2")
@Singleton
@RolesAllowed("generate")
public final class InferenceResource {
    private final Generator generator;
    private final InferenceReader reader;

    /**
     * @param generator makes the images
     * @param directory knows the versions
     * @param limits the upper limits of a request
     */
    @Inject
    public InferenceResource(Generator generator, ModelDirectory directory, GenerateLimits limits) {
        this.generator = generator;
        this.reader = new InferenceReader(directory, limits);
    }

    /** Uses the served version. */
    @POST
    @WithJson
    @Path("/models/{model}/infer")
    @Blocking
    public CompletionStage<Response> infer(@RestPath String model, JsonObject body) throws IOException {
        return answer(model, null, body);
    }

    /** Uses the version in the path. */
    @POST
    @WithJson
    @Path("/models/{model}/versions/{version}/infer")
    @Blocking
    public CompletionStage<Response> inferVersion(@RestPath String model, @RestPath String version, JsonObject body)
            throws IOException {
        return answer(model, InferenceVersion.parse(model, version), body);
    }

    /**
     * Runs on a worker thread because it looks up versions on disk. When the client disconnects, the work is cancelled.
     */
    private CompletionStage<Response> answer(String model, @Nullable Integer version, JsonObject body)
            throws IOException {
        InferenceReader.ParsedInference parsed = reader.read(body.fields(), model, version);
        CompletableFuture<List<Generation>> work = GenerationGroup.of(
                parsed.requests().stream().map(generator::submit).toList());
        CompletableFuture<Response> answer =
                work.thenApply(generations -> Response.ok(JsonBody.write(InferenceResponse.of(generations, parsed)))
                        .type(MediaType.APPLICATION_JSON)
                        .build());
        GenerateResource.cancelWith(answer, work);
        return answer;
    }
}
