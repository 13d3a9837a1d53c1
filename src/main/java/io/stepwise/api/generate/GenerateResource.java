package io.stepwise.api.generate;

import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.generate.GenerateRequestReader.ParsedRequest;
import io.stepwise.api.http.EventLoop;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.schema.FieldError;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.Generator;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.context.ManagedExecutor;

/** {@code POST /generate}: generates images. */
@Path("/generate")
@Singleton
@RolesAllowed("generate")
public final class GenerateResource {
    private final Generator generator;
    private final Generations generations;
    private final PictureRequests reader;
    private final ManagedExecutor workers;

    /**
     * @param generator makes the images
     * @param generations keep the generations that may be requested again
     * @param reader checks requests and decodes their pictures
     * @param workers encode larger answers
     */
    @Inject
    public GenerateResource(
            Generator generator, Generations generations, PictureRequests reader, ManagedExecutor workers) {
        this.generator = generator;
        this.generations = generations;
        this.reader = reader;
        this.workers = workers;
    }

    /**
     * Checks the body and submits the request on the event loop, which takes microseconds. Encodes a small image there
     * as well, larger answers on a worker. If the client disconnects before the answer, Quarkus cancels the returned
     * stage.
     */
    @POST
    @WithJson
    @NonBlocking
    public CompletionStage<Response> generate(JsonObject body, @Context HttpHeaders httpHeaders) {
        GenerateHeaders headers = GenerateHeaders.of(httpHeaders);
        CompletableFuture<ParsedRequest> reading = reader.read(body);
        if (reading.isDone()) {
            return answer(reading.join(), headers, body);
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
        if (headers.endsWithClient(body.fields())) {
            cancelWith(answer, reading);
        }
        reading.thenCompose(parsed -> {
                    CompletableFuture<Response> images = answer(parsed, headers, body);
                    cancelWith(answer, images);
                    return images;
                })
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        answer.complete(response);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    private CompletableFuture<Response> answer(ParsedRequest parsed, GenerateHeaders headers, JsonObject body) {
        GenerateForm form = GenerateForm.choose(headers.accept(), parsed.format());
        if (parsed.previewEvery() > 0) {
            String detail = "preview_every is " + parsed.previewEvery()
                    + ", must be 0 unless Accept is text/event-stream: only a stream shows previews";
            throw ProblemException.of(ProblemType.INVALID_FIELD, List.of(new FieldError("/preview_every", detail)));
        }
        return headers.async().isEmpty() && headers.key().isEmpty()
                ? images(parsed, form)
                : kept(parsed, form, headers, body);
    }

    private CompletableFuture<Response> images(ParsedRequest parsed, GenerateForm form) {
        CompletableFuture<Generation> work = generator.submit(parsed.request(), EventLoop.orElse(workers));
        CompletableFuture<Response> answer = work.thenApply(form::answer);
        if (parsed.cancelOnDisconnect().orElse(true)) {
            cancelWith(answer, work);
        }
        return answer;
    }

    /** A client that may come back or repeat its request wants the images even if the connection is lost. */
    private CompletableFuture<Response> kept(
            ParsedRequest parsed, GenerateForm form, GenerateHeaders headers, JsonObject body) {
        Generations.KeptGeneration found = generations.find(parsed, headers, body.fields());
        CompletableFuture<Response> answer = headers.async()
                .map(wait -> generations.later(found, wait, form, headers.requestId()))
                .orElseGet(() -> generations.images(found, form));
        if (parsed.cancelOnDisconnect().orElse(false)) {
            answer.whenComplete((response, failure) -> {
                if (answer.isCancelled()) {
                    found.generation().cancel();
                }
            });
        }
        return answer;
    }

    /** Cancels {@code work} when {@code answer} is cancelled. Quarkus cancels it when the client has disconnected. */
    public static void cancelWith(CompletableFuture<Response> answer, CompletableFuture<?> work) {
        answer.whenComplete((response, failure) -> {
            if (answer.isCancelled()) {
                work.cancel(false);
            }
        });
    }
}
