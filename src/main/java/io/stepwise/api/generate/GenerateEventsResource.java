package io.stepwise.api.generate;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.stepwise.api.GenerateEventsFilter;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.Problem;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.Generator;
import io.stepwise.serving.request.ImageFormat;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.context.ManagedExecutor;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestMulti;

/**
 * {@code POST /generate} with {@code Accept: text/event-stream}, which {@link GenerateEventsFilter} sends here: images, and
 * how they come about. A resource of its own as a method of Quarkus REST answers either at once or piece by piece.
 */
@Path(GenerateEventsResource.PATH)
@Singleton
@Tag(name = "Generate", description = "Images sampled from a model.")
public final class GenerateEventsResource {
    public static final String PATH = "/generate/events";

    private final Generator generator;
    private final Generations generations;
    private final GenerateRequestReader reader;
    private final ManagedExecutor workers;

    /**
     * @param generator makes the images
     * @param generations keep those that may be asked for twice
     * @param limits what is allowed at most
     * @param workers decode pictures of requests
     */
    @Inject
    public GenerateEventsResource(
            Generator generator, Generations generations, GenerateLimits limits, ManagedExecutor workers) {
        this.generator = generator;
        this.generations = generations;
        this.reader = new GenerateRequestReader(limits);
        this.workers = workers;
    }

    /**
     * Follows a generation from when it is in the queue: what refuses it is an answer of its own. When the client leaves,
     * the work is given up, as with {@code POST /generate}.
     */
    @POST
    @NonBlocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM) // else the head is sent before it is known whether there is a stream
    @Operation(
            operationId = "generateEvents",
            summary = "Generates images and tells how they come about.",
            description = "The same as POST /generate with Accept: text/event-stream. Server-sent events: progress"
                    + " (GenerationProgress), preview (GenerationPreview; as often as preview_every says), and as the last"
                    + " one completed (GenerateResponse) or error (Problem). A client that reads slowly misses progress and"
                    + " previews, never the last event.")
    @Parameter(ref = RequestIdFilter.HEADER)
    @Parameter(ref = IdempotencyKey.HEADER)
    @RequestBody(
            description = "An empty body is the same as {}.",
            required = false,
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = GenerateRequest.class),
                            examples =
                                    @ExampleObject(
                                            name = "a preview each five steps",
                                            value = "{\"steps\": 50, \"preview_every\": 5}")))
    @APIResponse(
            responseCode = "200",
            description = "The events.",
            headers = {@Header(ref = "X-Request-Id"), @Header(ref = "X-Seed")},
            content =
                    @Content(
                            mediaType = MediaType.SERVER_SENT_EVENTS,
                            schema =
                                    @Schema(
                                            oneOf = {
                                                GenerateEvents.Progress.class,
                                                GenerateEvents.Preview.class,
                                                GenerateResponse.class,
                                                Problem.class
                                            })))
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
    public RestMulti<byte[]> events(JsonObject body, @Context HttpHeaders httpHeaders) {
        GenerateHeaders headers = GenerateHeaders.of(httpHeaders);
        CompletableFuture<GenerateRequestReader.ParsedRequest> asked = reader.read(body.fields(), workers);
        Uni<Stream> stream = Uni.createFrom().completionStage(asked).chain(what -> begin(what, headers, body));
        return RestMulti.fromUniResponse(stream, Stream::read, Stream::headers, none -> 200);
    }

    /** The events of a generation, and whether it is given up with them. */
    private record Stream(OngoingGeneration generation, GenerateEvents events, boolean cancels, boolean isReplay) {
        io.smallrye.mutiny.Multi<byte[]> read() {
            return events.read().onCancellation().invoke(this::cancel);
        }

        void cancel() {
            if (cancels) {
                generation.cancel();
            }
        }

        Map<String, List<String>> headers() {
            Map<String, List<String>> headers = new HashMap<>();
            headers.put(RequestIdFilter.HEADER, List.of(events.requestId()));
            headers.put(HttpHeaders.CONTENT_TYPE, List.of(MediaType.SERVER_SENT_EVENTS));
            headers.put(HttpHeaders.CACHE_CONTROL, List.of("no-store"));
            headers.put("X-Accel-Buffering", List.of("no"));
            headers.put(
                    GenerateAnswer.SEED,
                    List.of(Long.toUnsignedString(generation.request().seed())));
            if (isReplay) {
                headers.put(IdempotencyKey.REPLAYED, List.of("true"));
            }
            return headers;
        }
    }

    private Uni<Stream> begin(GenerateRequestReader.ParsedRequest asked, GenerateHeaders headers, JsonObject body) {
        ImageFormat format = asked.format().orElse(ImageFormat.PNG);
        Stream[] stream = new Stream[1];
        if (headers.key().isPresent()) {
            Generations.KeptGeneration found = generations.find(asked, headers, body.fields());
            stream[0] =
                    stream(found, format, headers, asked.cancelOnDisconnect().orElse(false));
        } else {
            boolean cancels = asked.cancelOnDisconnect().orElse(true);
            OngoingGeneration.start(
                    generator,
                    asked.request(),
                    asked.previewEvery(),
                    InstantSource.system(),
                    made -> stream[0] = stream(new Generations.KeptGeneration(made, false), format, headers, cancels));
        }
        Stream begun = stream[0];
        return Uni.createFrom()
                .completionStage(begun.generation.acceptance())
                .onCancellation()
                .invoke(begun::cancel)
                .replaceWith(begun);
    }

    private static Stream stream(
            Generations.KeptGeneration found, ImageFormat format, GenerateHeaders headers, boolean cancels) {
        GenerateEvents events = new GenerateEvents(found.generation(), format, headers.requestId());
        events.follow();
        return new Stream(found.generation(), events, cancels, found.isReplay());
    }
}
