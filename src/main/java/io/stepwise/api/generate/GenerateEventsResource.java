package io.stepwise.api.generate;

import io.smallrye.common.annotation.NonBlocking;
import io.smallrye.mutiny.Uni;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.image.ImageFormat;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.Generator;
import jakarta.annotation.security.RolesAllowed;
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
import org.jboss.resteasy.reactive.RestMulti;

/**
 * {@code POST /generate} with {@code Accept: text/event-stream}: images and their progress. A filter
 * sends requests here. It is a separate resource because a method of Quarkus REST answers either
 * at once or piece by piece.
 */
@Path(GenerateEventsResource.PATH)
@Singleton
@RolesAllowed("generate")
public final class GenerateEventsResource {
    public static final String PATH = "/generate/events";

    private final Generator generator;
    private final Generations generations;
    private final PictureRequests reader;

    /**
     * @param generator makes the images
     * @param generations keep the generations that may be requested again
     * @param reader checks requests and decodes their pictures
     */
    @Inject
    public GenerateEventsResource(Generator generator, Generations generations, PictureRequests reader) {
        this.generator = generator;
        this.generations = generations;
        this.reader = reader;
    }

    /**
     * Follows a generation as soon as it is in the queue. A refusal before that is an ordinary error answer. When the
     * client disconnects, the work is cancelled, as with {@code POST /generate}.
     */
    @POST
    @WithJson
    @NonBlocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM) // otherwise the head is sent before the outcome is known
    public RestMulti<byte[]> events(JsonObject body, @Context HttpHeaders httpHeaders) {
        GenerateHeaders headers = GenerateHeaders.of(httpHeaders);
        CompletableFuture<GenerateRequestReader.ParsedRequest> asked = reader.read(body);
        Uni<Stream> stream = Uni.createFrom()
                .completionStage(asked)
                .onCancellation()
                .invoke(() -> asked.cancel(false))
                .chain(what -> begin(what, headers, body));
        return RestMulti.fromUniResponse(stream, Stream::read, Stream::headers, none -> 200);
    }

    /** The events of a generation, and whether a disconnect cancels it. */
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
