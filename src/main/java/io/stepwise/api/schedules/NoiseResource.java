package io.stepwise.api.schedules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.common.annotation.NonBlocking;
import io.stepwise.api.generate.GenerateAnswer;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.generate.PictureRequests;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.JsonObject;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.http.WithJson;
import io.stepwise.image.Png;
import io.stepwise.schedule.NoisedPicture;
import io.stepwise.schema.CheckedMessage;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code POST /noise}: shows what a schedule does to a picture. */
@Path("/noise")
@Singleton
@RolesAllowed({"generate", "train"})
public final class NoiseResource {
    private static final String PNG = "image/png";
    private static final List<String> FORMS = List.of(PNG, MediaType.APPLICATION_JSON);

    private final PictureRequests pictures;

    /** @param pictures decodes the picture within the memory and the queue that all pictures share */
    @Inject
    public NoiseResource(PictureRequests pictures) {
        this.pictures = pictures;
    }

    /** Draws where the picture is decoded. If the client disconnects before the answer, the work is cancelled. */
    @POST
    @WithJson
    @NonBlocking
    public CompletionStage<Response> noise(JsonObject body, @Context HttpHeaders headers) {
        String form = Negotiation.choose(headers, FORMS);
        return pictures.withPicture(
                () -> checked(body.fields()),
                message -> message.as(NoiseRequest.MAPPER, NoiseRequest.class),
                (request, picture) -> answer(request.along(picture), form));
    }

    private static CheckedMessage checked(ObjectNode body) {
        CheckedMessage message = NoiseRequest.SCHEMA.check(body);
        if (!message.fields().hasNonNull("seed")) {
            message.fields().put("seed", GenerateRequestReader.drawnSeed());
        }
        return message;
    }

    private static Response answer(NoisedPicture noised, String form) {
        byte[] body = form.equals(PNG) ? Png.encode(noised.sheet()) : JsonBody.write(NoiseResponse.of(noised));
        return Response.ok(body, form)
                .header(GenerateAnswer.SEED, Long.toUnsignedString(noised.seed()))
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .build();
    }
}
