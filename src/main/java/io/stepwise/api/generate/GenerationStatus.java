package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.api.problem.Problem;
import io.stepwise.api.problem.Refusal;
import io.stepwise.schema.MessageJson;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The answer of {@code GET /generations/{id}}: the status of an asynchronous generation. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GenerationStatus(
        String id,
        String state,
        String created,
        @Nullable String expires,
        Object seed,
        @Nullable String model,
        @Nullable Integer version,
        GenerateEvents.Progress progress,
        List<Image> images,
        @Nullable Problem error) {

    /** An image that can be fetched. */
    record Image(int index, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String label, String href) {}

    /** @param expires end of the time for which it is kept; null until it has ended */
    static GenerationStatus of(OngoingGeneration generation, @Nullable Instant expires, String requestId) {
        OngoingGeneration.State state = generation.state();
        Throwable failure = state == OngoingGeneration.State.FAILED ? generation.failure() : null;
        String path = "/generations/" + generation.id();
        Generation made =
                state == OngoingGeneration.State.SUCCEEDED ? generation.result().join() : null;
        return new GenerationStatus(
                generation.id(),
                state.name().toLowerCase(Locale.ROOT),
                generation.created().toString(),
                expires == null ? null : expires.toString(),
                MessageJson.unsigned(generation.request().seed()),
                made == null ? null : made.model(),
                made == null ? null : made.version(),
                GenerateEvents.Progress.of(generation),
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
