package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.api.http.UnsignedLongs;
import io.stepwise.api.problem.Problem;
import io.stepwise.api.problem.Refusal;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A generation that nobody waits for, as {@code GET /generations/{id}} tells of it. */
@Schema(
        description = "What is known of a generation.",
        requiredProperties = {"id", "state", "created", "seed", "progress", "images"})
@JsonInclude(JsonInclude.Include.NON_NULL)
record GenerationStatus(
        @Schema(description = "Unique among all generations.") String id,
        @Schema(enumeration = {"queued", "running", "succeeded", "failed", "cancelled"}) String state,
        @Schema(description = "When it was asked for; ISO 8601, UTC.", format = "date-time") String created,
        @Schema(description = "Until when it is kept; ISO 8601, UTC. Only once it is over.", format = "date-time")
                @Nullable
                String expires,
        @Schema(
                        description = "The seed: a number up to 2^53 - 1, a string of decimal digits beyond.",
                        oneOf = {BigInteger.class, String.class},
                        examples = "42")
                Object seed,
        @Schema(description = "The model that made the images; only once they are made.", examples = "faces") @Nullable
                String model,
        @Schema(description = "The version of it; only once the images are made.", examples = "1") @Nullable
                Integer version,
        GenerateEvents.Progress progress,
        @Schema(description = "The images, in the order of their index; empty until they are made.") List<Image> images,
        @Schema(description = "Why there are no images; only where it failed.", ref = "Problem") @Nullable
                Problem error) {

    /** An image that can be fetched. */
    @Schema(
            name = "GenerationImage",
            description = "An image that can be fetched.",
            requiredProperties = {"index", "href"})
    record Image(
            @Schema(description = "Place in the request, from 0.", minimum = "0") int index,
            @Schema(description = "The class asked for; left out for none.")
                    @JsonInclude(JsonInclude.Include.NON_NULL)
                    @Nullable
                    String label,
            @Schema(description = "Where it is.", examples = "/generations/0b0c/images/0") String href) {}

    /** @param expires until when it is kept; null while it isn't over */
    static GenerationStatus of(OngoingGeneration generation, @Nullable Instant expires, String requestId) {
        OngoingGeneration.State state = generation.state();
        OngoingGeneration.Progress progress = generation.progress();
        Throwable failure = state == OngoingGeneration.State.FAILED ? generation.failure() : null;
        String path = "/generations/" + generation.id();
        Generation made =
                state == OngoingGeneration.State.SUCCEEDED ? generation.result().join() : null;
        return new GenerationStatus(
                generation.id(),
                state.name().toLowerCase(Locale.ROOT),
                generation.created().toString(),
                expires == null ? null : expires.toString(),
                UnsignedLongs.toJson(generation.request().seed()),
                made == null ? null : made.model(),
                made == null ? null : made.version(),
                new GenerateEvents.Progress(progress.done(), progress.all()),
                made == null
                        ? List.of()
                        : made.images().stream()
                                .map(image -> image(path, image))
                                .toList(),
                failure == null ? null : Refusal.of(failure, requestId).problem(path, requestId));
    }

    private static Image image(String path, GeneratedImage image) {
        return new Image(image.index(), image.label(), path + "/images/" + image.index());
    }
}
