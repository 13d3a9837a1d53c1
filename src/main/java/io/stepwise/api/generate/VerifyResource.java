package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.generate.GenerateRequestReader.ParsedRequest;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.WithJson;
import io.stepwise.image.UnreadableImageException;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.InvalidMessageException;
import io.stepwise.schema.MessageSchema;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.Generator;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.context.ManagedExecutor;

/** {@code POST /verify}: makes a picture again, and says whether it is the same. */
@Path("/verify")
@Singleton
@RolesAllowed("generate")
public final class VerifyResource {
    private static final MessageSchema SCHEMA = MessageSchema.of("VerifyRequest");

    private final Generator generator;
    private final PictureRequests requests;
    private final long maxPixels;
    private final ManagedExecutor workers;

    /**
     * @param generator makes the pictures
     * @param requests check the parameters that pictures carry
     * @param limits of pictures
     * @param workers read and compare pictures
     */
    @Inject
    public VerifyResource(
            Generator generator, PictureRequests requests, GenerateLimits limits, ManagedExecutor workers) {
        this.generator = generator;
        this.requests = requests;
        this.maxPixels = limits.maxPixels();
        this.workers = workers;
    }

    /** Reads and compares the picture on a worker. If the client disconnects before the answer, the work is cancelled. */
    @POST
    @WithJson
    @NonBlocking
    @Produces(MediaType.APPLICATION_JSON)
    public CompletionStage<Response> verify(JsonObject body) {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        CompletableFuture.supplyAsync(() -> read(body.fields()), workers)
                .thenCompose(picture -> made(picture, answer).thenApplyAsync(made -> compared(picture, made), workers))
                .whenComplete((response, failure) -> {
                    if (failure == null) {
                        answer.complete(response);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        return answer;
    }

    private MadePicture read(ObjectNode body) {
        CheckedMessage message = SCHEMA.check(body);
        message.orThrow();
        return MadePicture.of(file(message.fields().path("image").textValue()));
    }

    /** Makes the picture again, unless {@code answer} is cancelled. */
    private CompletableFuture<Generation> made(MadePicture picture, CompletableFuture<Response> answer) {
        CompletableFuture<Void> begin = CompletableFuture.completedFuture(null);
        return begin.thenCompose(
                        none -> { // which turns what is thrown into a failure
                            CompletableFuture<ParsedRequest> reading =
                                    requests.read(new JsonObject(picture.fields(), false));
                            GenerateResource.cancelWith(answer, reading);
                            return reading;
                        })
                .exceptionally(failure -> {
                    throw ofThePicture(failure);
                })
                .thenCompose(parsed -> {
                    CompletableFuture<Generation> work = generator.submit(parsed.request());
                    GenerateResource.cancelWith(answer, work);
                    return work;
                });
    }

    /** What is wrong with the parameters is wrong with the picture that carries them. */
    private static CompletionException ofThePicture(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return new CompletionException(
                cause instanceof InvalidMessageException
                        ? MadePicture.invalid("its parameters can't be used: " + cause.getMessage())
                        : cause);
    }

    private static byte[] file(String text) {
        try {
            return EncodedPicture.decoded(text);
        } catch (IllegalArgumentException e) {
            throw MadePicture.invalid(e.getMessage());
        }
    }

    private Response compared(MadePicture picture, Generation made) {
        try {
            boolean weightsMatch = picture.checkpointSha256().equals(made.checkpointSha256());
            Verification found = Verification.of(picture.file(), picture.again(made), weightsMatch, made, maxPixels);
            return Response.ok(JsonBody.write(found), MediaType.APPLICATION_JSON)
                    .build();
        } catch (UnreadableImageException e) {
            throw MadePicture.invalid(e.getMessage());
        }
    }
}
