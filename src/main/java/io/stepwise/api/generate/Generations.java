package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.repository.KeyReusedException;
import io.stepwise.serving.GenerationStore;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.GenerationRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.context.ManagedExecutor;

/** Generations that are kept for clients that fetch them later or may repeat a request. */
@Singleton
public final class Generations {
    /** The operation {@code POST /generate}, whatever the form of its answer. */
    private static final String OPERATION = "/generate";

    private final GenerationStore store;
    private final ManagedExecutor workers;

    /**
     * The generation of a request.
     *
     * @param isReplay whether an earlier request with the same key started it
     */
    public record KeptGeneration(OngoingGeneration generation, boolean isReplay) {}

    /** @param workers encode images */
    @Inject
    public Generations(GenerationStore store, ManagedExecutor workers) {
        this.store = store;
        this.workers = workers;
    }

    /**
     * Finds the generation of the request's key, or starts a new one.
     *
     * @param body as the client sent it
     * @throws KeyReusedException if an earlier request had the same key and another body
     */
    public KeptGeneration find(GenerateRequestReader.ParsedRequest asked, GenerateHeaders headers, ObjectNode body) {
        return headers.key()
                .map(key -> find(key.hash(OPERATION), body, asked.request(), asked.previewEvery()))
                .orElseGet(() ->
                        new KeptGeneration(store.start(asked.request(), asked.previewEvery(), made -> {}), false));
    }

    /**
     * Finds the generation of a key, or starts a new one.
     *
     * @param key hash of the key
     * @param body as the client sent it
     * @param request for a new generation
     * @param previewEvery for a new generation; number of steps between two previews, 0 for none
     * @throws KeyReusedException if an earlier request had the same key and another body
     */
    public synchronized KeptGeneration find(String key, ObjectNode body, GenerationRequest request, int previewEvery) {
        String content = IdempotencyKey.contentOf(body);
        return store.find(key, content)
                .map(known -> new KeptGeneration(known, true))
                .orElseGet(
                        () -> new KeptGeneration(store.start(key, content, request, previewEvery, made -> {}), false));
    }

    /** The images, as soon as they are made. */
    CompletableFuture<Response> images(KeptGeneration found, GenerateForm form) {
        return found.generation
                .result()
                .thenApplyAsync(made -> IdempotencyKey.mark(form.answer(made), found.isReplay), workers);
    }

    /** The images if they are made within {@code wait}; otherwise the place where they will be. */
    CompletableFuture<Response> later(KeptGeneration found, Duration wait, GenerateForm form, String requestId) {
        OngoingGeneration generation = found.generation;
        CompletableFuture<Response> accepted = generation.acceptance().thenApply(none -> accepted(found, requestId));
        accepted.whenComplete((answer, refused) -> {
            if (refused != null && !found.isReplay) {
                store.delete(generation);
            }
        });
        if (wait.isZero()) {
            return accepted;
        }
        CompletableFuture<Void> waited = generation
                .result()
                .<Void>thenApply(made -> null)
                .exceptionally(failure -> null)
                .completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS);
        return accepted.thenCombine(waited, (answer, none) -> answer)
                .thenCompose(answer -> generation.state() == OngoingGeneration.State.SUCCEEDED
                        ? images(found, form)
                        : CompletableFuture.completedFuture(answer));
    }

    private Response accepted(KeptGeneration found, String requestId) {
        OngoingGeneration generation = found.generation;
        Response.ResponseBuilder answer = Response.accepted(JsonBody.write(status(generation, requestId)))
                .type(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.LOCATION, "/generations/" + generation.id())
                .header(GenerateHeaders.PREFERENCE_APPLIED, GenerateHeaders.RESPOND_ASYNC)
                .header(
                        GenerateAnswer.SEED,
                        Long.toUnsignedString(generation.request().seed()));
        return IdempotencyKey.mark(answer.build(), found.isReplay);
    }

    /** How long a generation is kept after its end, in seconds. */
    long secondsKept() {
        return store.keep().toSeconds();
    }

    /** The current status of the generation. */
    GenerationStatus status(OngoingGeneration generation, String requestId) {
        return GenerationStatus.of(generation, store.expires(generation), requestId);
    }

    /**
     * The generation with that id.
     *
     * @throws ProblemException if no generation had this id
     * @throws GenerationStore.GoneException if the generation existed but is no longer kept
     */
    OngoingGeneration get(String id) {
        return store.find(id)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.GENERATION_NOT_FOUND, "id is \"" + id + "\", which is no generation's."));
    }

    /** Removes the generation and cancels its remaining work. */
    void delete(OngoingGeneration generation) {
        store.delete(generation);
    }
}
