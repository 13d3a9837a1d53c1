package io.stepwise.api;

import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.serving.Generation;
import io.stepwise.serving.Generator;
import io.stepwise.serving.ImageFormat;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
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

/** {@code POST /generate}: images, now. */
@Path("/generate")
@Singleton
@Tag(name = "Generate", description = "Images sampled from a model.")
public final class GenerateResource {
    private final Generator generator;
    private final GenerateRequestReader reader;

    /**
     * @param generator makes the images
     * @param limits what is allowed at most
     */
    @Inject
    public GenerateResource(Generator generator, GenerateLimits limits) {
        this.generator = generator;
        this.reader = new GenerateRequestReader(limits);
    }

    /**
     * Checks the body and hands over on the event loop, which takes microseconds; encodes on the thread that completes
     * the stage. When the client leaves before that, Quarkus cancels the stage that is returned.
     */
    @POST
    @NonBlocking
    @Operation(
            operationId = "generate",
            summary = "Generates images.",
            description = "Answers with what Accept prefers: image/png or image/jpeg (one image, or a contact sheet of"
                    + " several) or application/json (all images in base64, and how they came about). Clients that"
                    + " take anything, such as curl, get image/png, or image/jpeg if that is the format they ask for."
                    + " The same seed, model version, sampler and steps give the same image.")
    @Parameter(
            name = RequestIdFilter.HEADER,
            in = ParameterIn.HEADER,
            description = "An id of the client's own for this request; repeated in the answer and in the log.",
            schema = @Schema(type = SchemaType.STRING, pattern = RequestIdFilter.HARMLESS))
    @RequestBody(
            description = "An empty body is the same as {}.",
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = GenerateRequest.class),
                            examples = {
                                @ExampleObject(name = "anything", value = "{}"),
                                @ExampleObject(
                                        name = "four of a kind",
                                        value = "{\"n\": 4, \"seed\": 42, \"steps\": 20}")
                            }))
    @APIResponse(
            responseCode = "200",
            description = "The images.",
            headers = {
                @Header(ref = "X-Request-Id"),
                @Header(ref = "X-Seed"),
                @Header(ref = "X-Model-Version"),
                @Header(ref = "ETag"),
                @Header(ref = "Server-Timing")
            },
            content = {
                @Content(
                        mediaType = "image/png",
                        schema = @Schema(type = SchemaType.STRING, contentMediaType = "image/png")),
                @Content(
                        mediaType = "image/jpeg",
                        schema = @Schema(type = SchemaType.STRING, contentMediaType = "image/jpeg")),
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = GenerateResponse.class))
            })
    @APIResponse(responseCode = "400", ref = "MalformedJson")
    @APIResponse(responseCode = "404", ref = "NotFound")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "409", ref = "VersionRefused")
    @APIResponse(responseCode = "413", ref = "BodyTooLarge")
    @APIResponse(responseCode = "415", ref = "UnsupportedMediaType")
    @APIResponse(responseCode = "422", ref = "InvalidField")
    @APIResponse(responseCode = "429", ref = "QueueFull")
    @APIResponse(responseCode = "500", ref = "InternalError")
    @APIResponse(responseCode = "503", ref = "NotReady")
    @APIResponse(responseCode = "504", ref = "DeadlineExceeded")
    public CompletionStage<Response> generate(JsonObject body, @Context HttpHeaders headers) {
        GenerateRequestReader.Asked asked = reader.read(body.fields());
        String mediaType = mediaType(headers, asked.format());
        CompletableFuture<Generation> work = generator.submit(asked.request());
        CompletableFuture<Response> answer =
                work.thenApply(generation -> answer(generation, mediaType, asked.format()));
        if (asked.cancelOnDisconnect()) {
            cancelWith(answer, work);
        }
        return answer;
    }

    /** Gives {@code work} up when {@code answer} is cancelled, which is what Quarkus does when the client has left. */
    static void cancelWith(CompletableFuture<Response> answer, CompletableFuture<?> work) {
        answer.whenComplete((response, failure) -> {
            if (answer.isCancelled()) {
                work.cancel(false);
            }
        });
    }

    private static Response answer(Generation generation, String mediaType, Optional<ImageFormat> format) {
        GenerateAnswer answer = new GenerateAnswer(generation);
        return Arrays.stream(ImageFormat.values())
                .filter(image -> image.mediaType().equals(mediaType))
                .findFirst()
                .map(answer::image)
                .orElseGet(() -> answer.json(format.orElse(ImageFormat.PNG)));
    }

    private static String mediaType(HttpHeaders headers, Optional<ImageFormat> format) {
        List<String> accept = headers.getRequestHeader(HttpHeaders.ACCEPT);
        List<String> offered = Stream.concat(
                        format.map(Stream::of)
                                .orElseGet(() -> Arrays.stream(ImageFormat.values()))
                                .map(ImageFormat::mediaType),
                        Stream.of(MediaType.APPLICATION_JSON))
                .toList();
        return Negotiation.choose(accept, offered)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.NOT_ACCEPTABLE,
                        "Accept is \"" + String.join(", ", accept) + "\", must cover one of "
                                + String.join(", ", offered)
                                + format.map(named -> " as format is \"" + named.wireName() + '"')
                                        .orElse("")
                                + "."));
    }
}
