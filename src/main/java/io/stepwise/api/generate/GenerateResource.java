package io.stepwise.api.generate;

import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.generate.GenerateRequestReader.ParsedRequest;
import io.stepwise.api.http.EventLoop;
import io.stepwise.api.http.IdempotencyKey;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.Problem;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.serving.request.FieldError;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.Generator;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.context.ManagedExecutor;
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
    private final Generations generations;
    private final GenerateRequestReader reader;
    private final ManagedExecutor workers;

    /**
     * @param generator makes the images
     * @param generations keep those that may be asked for again
     * @param limits what is allowed at most
     * @param workers decode pictures of requests
     */
    @Inject
    public GenerateResource(
            Generator generator, Generations generations, GenerateLimits limits, ManagedExecutor workers) {
        this.generator = generator;
        this.generations = generations;
        this.reader = new GenerateRequestReader(limits);
        this.workers = workers;
    }

    /**
     * Checks the body and hands over on the event loop, which takes microseconds; encodes a small image there, too, and others
     * on a worker. When the client leaves before that, Quarkus cancels the stage that is returned.
     */
    @POST
    @NonBlocking
    @Operation(
            operationId = "generate",
            summary = "Generates images.",
            description = "Answers with what Accept prefers: image/png or image/jpeg (one image, or a contact sheet of"
                    + " several), application/json (all images in base64, and how they came about), application/zip (a file"
                    + " for each image) or text/event-stream (as POST /generate/events). Clients that"
                    + " take anything, such as curl, get image/png, or image/jpeg if that is the format they ask for."
                    + " The same seed, model version, sampler and steps give the same image.")
    @Parameter(
            name = RequestIdFilter.HEADER,
            in = ParameterIn.HEADER,
            description = "An id of the client's own for this request; repeated in the answer and in the log.",
            schema = @Schema(type = SchemaType.STRING, pattern = RequestIdFilter.HARMLESS))
    @Parameter(ref = IdempotencyKey.HEADER)
    @Parameter(
            name = GenerateHeaders.PREFER,
            in = ParameterIn.HEADER,
            description =
                    "respond-async (RFC 7240) asks not to be kept waiting, respond-async, wait=5 not for longer than"
                            + " five seconds: the answer is 202 and says where the images will be.",
            schema = @Schema(type = SchemaType.STRING, examples = "respond-async"))
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
                        schema = @Schema(implementation = GenerateResponse.class)),
                @Content(
                        mediaType = GenerateForm.ZIP,
                        schema = @Schema(type = SchemaType.STRING, contentMediaType = GenerateForm.ZIP)),
                @Content(
                        mediaType = MediaType.SERVER_SENT_EVENTS,
                        schema =
                                @Schema(
                                        oneOf = {
                                            GenerateEvents.Progress.class,
                                            GenerateEvents.Preview.class,
                                            GenerateResponse.class,
                                            Problem.class
                                        }))
            })
    @APIResponse(
            responseCode = "202",
            description = "The images will be made.",
            headers = {@Header(ref = "X-Request-Id"), @Header(ref = "X-Seed"), @Header(ref = "Location")},
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(implementation = GenerationStatus.class)))
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
    public CompletionStage<Response> generate(JsonObject body, @Context HttpHeaders httpHeaders) {
        GenerateHeaders headers = GenerateHeaders.of(httpHeaders);
        CompletableFuture<ParsedRequest> reading = reader.read(body.fields(), workers);
        if (reading.isDone()) {
            return answer(reading.join(), headers, body);
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
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

    /** Who may come back, or ask again, wants the images even if the connection is lost. */
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

    /** Gives {@code work} up when {@code answer} is cancelled, which is what Quarkus does when the client has left. */
    public static void cancelWith(CompletableFuture<Response> answer, CompletableFuture<?> work) {
        answer.whenComplete((response, failure) -> {
            if (answer.isCancelled()) {
                work.cancel(false);
            }
        });
    }
}
