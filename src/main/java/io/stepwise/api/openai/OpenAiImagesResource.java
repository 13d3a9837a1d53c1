package io.stepwise.api.openai;

import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.stepwise.api.generate.GenerateAnswer;
import io.stepwise.api.generate.GenerateHeaders;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.Generations;
import io.stepwise.api.http.EventQueue;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.Generation;
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
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestMulti;

/** {@code POST /v1/images/generations}: images for clients of OpenAI's images API. */
@Path(OpenAiImagesResource.PATH)
@Singleton
@RolesAllowed("generate")
public final class OpenAiImagesResource {
    private static final Logger LOG = Logger.getLogger(OpenAiImagesResource.class);

    public static final String PATH = "/v1/images/generations";

    private static final int OK = 200;

    private final Generator generator;
    private final Generations generations;
    private final OpenAiImageReader reader;

    /**
     * @param generator makes the images
     * @param generations keep the generations that may be requested again
     * @param directory knows what each model supports
     * @param limits the upper limits of a request
     */
    @Inject
    public OpenAiImagesResource(
            Generator generator, Generations generations, ModelDirectory directory, GenerateLimits limits) {
        this.generator = generator;
        this.generations = generations;
        this.reader = new OpenAiImageReader(directory, limits);
    }

    /**
     * Runs on a worker thread because it looks up models on disk. When the client disconnects, the work is cancelled.
     */
    @POST
    @WithJson
    @Blocking
    @Produces(MediaType.APPLICATION_OCTET_STREAM) // the real type depends on the body
    public RestMulti<byte[]> generate(JsonObject body, @Context HttpHeaders headers) throws IOException {
        GenerateHeaders asking = GenerateHeaders.of(headers);
        OpenAiImageReader.ParsedImages parsed = reader.read(body.fields());
        String requestId = asking.requestId();
        parsed.user().ifPresent(user -> LOG.infof("request %s is for user \"%s\"", requestId, user));
        Optional<Generations.KeptGeneration> kept = asking.key()
                .map(key -> generations.find(
                        key.hash(PATH), body.fields(), parsed.request(), OpenAiEvents.previewEvery(parsed)));
        Uni<Answer> answer = parsed.stream() ? stream(parsed, kept, requestId) : images(parsed, kept, requestId);
        return RestMulti.fromUniResponse(answer, Answer::body, Answer::headers, made -> OK);
    }

    /** The body and the headers of the answer. */
    private record Answer(Multi<byte[]> body, Map<String, List<String>> headers) {}

    /** The images in one answer. A client that may repeat its request wants them even if the connection is lost. */
    private Uni<Answer> images(
            OpenAiImageReader.ParsedImages parsed, Optional<Generations.KeptGeneration> kept, String requestId) {
        CompletableFuture<Generation> work =
                kept.map(found -> found.generation().result()).orElseGet(() -> generator.submit(parsed.request()));
        return Uni.createFrom()
                .completionStage(work)
                .onCancellation()
                .invoke(() -> work.cancel(false)) // does not affect a kept generation
                .map(made -> {
                    Map<String, List<String>> headers =
                            headers(MediaType.APPLICATION_JSON, made.request().seed(), kept);
                    headers.put(GenerateAnswer.MODEL_VERSION, List.of(Integer.toString(made.version())));
                    byte[] images = new OpenAiAnswer(made, parsed.format()).json();
                    return new Answer(Multi.createFrom().item(images), headers);
                });
    }

    private Uni<Answer> stream(
            OpenAiImageReader.ParsedImages parsed, Optional<Generations.KeptGeneration> kept, String requestId) {
        EventQueue[] events = new EventQueue[1];
        OngoingGeneration generation = kept.map(Generations.KeptGeneration::generation)
                .orElseGet(() -> OngoingGeneration.start(
                        generator,
                        parsed.request(),
                        OpenAiEvents.previewEvery(parsed),
                        InstantSource.system(),
                        begun -> events[0] = new OpenAiEvents(begun, parsed, requestId).follow()));
        if (kept.isPresent()) {
            events[0] = new OpenAiEvents(generation, parsed, requestId).follow();
        }
        Runnable leave = kept.isPresent() ? () -> {} : generation::cancel;
        Multi<byte[]> body = events[0].read().onCancellation().invoke(leave);
        Map<String, List<String>> headers =
                headers(MediaType.SERVER_SENT_EVENTS, generation.request().seed(), kept);
        headers.put(HttpHeaders.CACHE_CONTROL, List.of("no-store"));
        headers.put("X-Accel-Buffering", List.of("no"));
        return Uni.createFrom()
                .completionStage(generation.acceptance())
                .onCancellation()
                .invoke(leave)
                .replaceWith(new Answer(body, headers));
    }

    private static Map<String, List<String>> headers(
            String mediaType, long seed, Optional<Generations.KeptGeneration> kept) {
        Map<String, List<String>> headers = new HashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, List.of(mediaType));
        headers.put(GenerateAnswer.SEED, List.of(Long.toUnsignedString(seed)));
        if (kept.isPresent() && kept.get().isReplay()) {
            headers.put(IdempotencyKey.REPLAYED, List.of("true"));
        }
        return headers;
    }
}
