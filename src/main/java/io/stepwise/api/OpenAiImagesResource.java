package io.stepwise.api;

import io.smallrye.common.annotation.Blocking;
import io.stepwise.serving.Generation;
import io.stepwise.serving.Generator;
import io.stepwise.serving.ModelDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.logging.Logger;

/** {@code POST /v1/images/generations}: images for clients of OpenAI's images API. */
@Path("/v1/images/generations")
@Singleton
@Tag(name = "OpenAI", description = "What OpenAI's SDKs call, with the address of this service as their base URL.")
public final class OpenAiImagesResource {
    private static final Logger LOG = Logger.getLogger(OpenAiImagesResource.class);

    private final Generator generator;
    private final OpenAiImageReader reader;

    /**
     * @param generator makes the images
     * @param directory knows what models can do
     * @param limits what is allowed at most
     */
    @Inject
    public OpenAiImagesResource(Generator generator, ModelDirectory directory, GenerateLimits limits) {
        this.generator = generator;
        this.reader = new OpenAiImageReader(directory, limits);
    }

    /** On a worker thread, as models are looked up on disk. When the client leaves, the work is given up. */
    @POST
    @Blocking
    @Operation(
            operationId = "openAiGenerateImages",
            summary = "Generates images as OpenAI's API does.",
            description = "A prompt is the name of a class of the model. The answer is JSON, or with stream a stream of"
                    + " server-sent events. A refusal has its status in either case, as the stream begins when the"
                    + " images are done.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @RequestBody(
            description = "An empty body is the same as {}.",
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = OpenAiImageRequest.class),
                            examples = {
                                @ExampleObject(name = "anything", value = "{\"prompt\": \"\"}"),
                                @ExampleObject(
                                        name = "four of a class",
                                        value = "{\"prompt\": \"red\", \"n\": 4, \"seed\": 42, \"guidance\": 2}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "The images.",
            headers = {@Header(ref = "X-Request-Id"), @Header(ref = "X-Seed"), @Header(ref = "X-Model-Version")},
            content = {
                @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = OpenAiImages.class)),
                @Content(
                        mediaType = MediaType.SERVER_SENT_EVENTS,
                        schema = @Schema(implementation = OpenAiImageEvent.class))
            })
    public CompletionStage<Response> generate(JsonObject body, @Context HttpHeaders headers) throws IOException {
        OpenAiImageReader.Asked asked = reader.read(body.fields());
        asked.user()
                .ifPresent(user -> LOG.infof(
                        "request %s is for user \"%s\"", headers.getHeaderString(RequestIdFilter.HEADER), user));
        CompletableFuture<Generation> work = generator.submit(asked.request());
        CompletableFuture<Response> answer = work.thenApply(generation -> {
            OpenAiAnswer images = new OpenAiAnswer(generation, asked.format());
            return asked.stream() ? images.events() : images.json();
        });
        GenerateResource.cancelWith(answer, work);
        return answer;
    }
}
