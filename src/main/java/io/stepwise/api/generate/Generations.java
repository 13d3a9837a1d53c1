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

/** Generations that are kept: for clients that come back for them, or that may ask twice. */
@Singleton
public final class Generations {
    /** Of {@code POST /generate}, in whatever form it answers. */
    private static final String OPERATION = "/generate";

    private final GenerationStore store;
    private final ManagedExecutor workers;

    /**
     * A generation that a request asks for.
     *
     * @param isReplay whether an earlier request with the same key has asked for it
     */
    public record KeptGeneration(OngoingGeneration generation, boolean isReplay) {}

    /** @param workers encode images */
    @Inject
    public Generations(GenerationStore store, ManagedExecutor workers) {
        this.store = store;
        this.workers = workers;
    }

    /**
     * The generation of the request's key, or else a new one.
     *
     * @param body as the client wrote it
     * @throws KeyReusedException when the key came with another body
     */
    public KeptGeneration find(GenerateRequestReader.ParsedRequest asked, GenerateHeaders headers, ObjectNode body) {
        return headers.key()
                .map(key -> find(key.hash(OPERATION), body, asked.request(), asked.previewEvery()))
                .orElseGet(() ->
                        new KeptGeneration(store.start(asked.request(), asked.previewEvery(), made -> {}), false));
    }

    /**
     * The generation of a key, or else a new one.
     *
     * @param key hash of the key
     * @param body as the client wrote it
     * @param request for a new one
     * @param previewEvery likewise
     * @throws KeyReusedException when the key came with another body
     */
    public synchronized KeptGeneration find(String key, ObjectNode body, GenerationRequest request, int previewEvery) {
        String content = IdempotencyKey.contentOf(body);
        return store.find(key, content)
                .map(known -> new KeptGeneration(known, true))
                .orElseGet(
                        () -> new KeptGeneration(store.start(key, content, request, previewEvery, made -> {}), false));
    }

    /** The images, once they are made. */
    CompletableFuture<Response> images(KeptGeneration found, GenerateForm form) {
        return found.generation
                .result()
                .thenApplyAsync(made -> IdempotencyKey.mark(form.answer(made), found.isReplay), workers);
    }

    /** Where the images will be, if they aren't made within {@code wait}. */
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

    /** Seconds that a generation is kept after its end. */
    long secondsKept() {
        return store.keep().toSeconds();
    }

    /** What is known of it now. */
    GenerationStatus status(OngoingGeneration generation, String requestId) {
        return GenerationStatus.of(generation, store.expires(generation), requestId);
    }

    /**
     * The generation of that id.
     *
     * @throws ProblemException when there never was one
     * @throws GenerationStore.GoneException when there was one
     */
    OngoingGeneration get(String id) {
        return store.find(id)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.GENERATION_NOT_FOUND, "id is \"" + id + "\", which is no generation's."));
    }

    /** Forgets it, and gives up what is left to do of it. */
    void delete(OngoingGeneration generation) {
        store.delete(generation);
    }
}
