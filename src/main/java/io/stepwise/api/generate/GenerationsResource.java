package io.stepwise.api.generate;

import io.stepwise.api.access.Sha256;
import io.stepwise.api.http.JsonBody;
import io.stepwise.api.http.Negotiation;
import io.stepwise.api.http.RequestIdFilter;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.api.problem.ProblemType;
import io.stepwise.image.ImageFormat;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import jakarta.annotation.security.RolesAllowed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestPath;

/** {@code /generations/{id}}: asynchronous generations. */
@Path("/generations/{id}")
@Singleton
@RolesAllowed("generate")
public final class GenerationsResource {
    private final Generations generations;

    /** @param generations the generations that are kept */
    @Inject
    public GenerationsResource(Generations generations) {
        this.generations = generations;
    }

    /** The status of the generation, and the paths of its images. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    public Response get(@RestPath String id, @Context HttpHeaders headers) {
        String requestId = String.valueOf(headers.getHeaderString(RequestIdFilter.HEADER));
        return Response.ok(JsonBody.write(generations.status(generations.get(id), requestId)))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** All its images. */
    @GET
    @Path("images")
    public Response images(@RestPath String id, @Context HttpHeaders headers) {
        GenerateForm form = GenerateForm.choose(headers.getRequestHeader(HttpHeaders.ACCEPT), Optional.empty());
        return form.answer(made(id));
    }

    /** One of its images. */
    @GET
    @Path("images/{index}")
    public Response image(
            @RestPath String id, @RestPath String index, @Context HttpHeaders headers, @Context Request request) {
        Generation made = made(id);
        List<String> offered = List.of(ImageFormat.PNG.mediaType(), ImageFormat.JPEG.mediaType());
        String type = Negotiation.choose(headers, offered);
        ImageFormat format = type.equals(ImageFormat.JPEG.mediaType()) ? ImageFormat.JPEG : ImageFormat.PNG;
        GeneratedImage image = image(made, index);
        byte[] body = MeasuredEncoder.image(image, format, GenerationParameters.of(made, image.index()));
        EntityTag tag = new EntityTag(Sha256.hex(body));
        Response.ResponseBuilder known = request.evaluatePreconditions(tag);
        Response.ResponseBuilder answer = known == null ? Response.ok(body, type) : known;
        return answer.tag(tag)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT)
                .header(HttpHeaders.CACHE_CONTROL, "private, immutable, max-age=" + generations.secondsKept())
                .build();
    }

    private static GeneratedImage image(Generation made, String index) {
        int first = made.request().firstIndex();
        return made.images().stream()
                .filter(image -> Integer.toString(image.index()).equals(index))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ProblemType.GENERATION_NOT_FOUND,
                        "index is \"" + index + "\", must be " + first + " … "
                                + (first + made.images().size() - 1) + "."));
    }

    private Generation made(String id) {
        OngoingGeneration generation = generations.get(id);
        OngoingGeneration.State state = generation.state();
        if (state != OngoingGeneration.State.SUCCEEDED) {
            throw new ProblemException(
                    ProblemType.WRONG_STATE,
                    "The generation is " + state.name().toLowerCase(Locale.ROOT) + ", must be succeeded.");
        }
        return generation.result().join();
    }

    /** Cancels the remaining work and removes the generation. */
    @DELETE
    public void delete(@RestPath String id) {
        generations.delete(generations.get(id));
    }
}
