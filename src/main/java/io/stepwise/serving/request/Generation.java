package io.stepwise.serving.request;

import java.time.Instant;
import java.util.List;

/**
 * The result of a {@link GenerationRequest}.
 *
 * @param id unique among all generations
 * @param created when the request was accepted
 * @param model the model that made the images
 * @param version the version of the model
 * @param checkpointSha256 SHA-256 of the version's weights file, 64 lower-case hexadecimal digits
 * @param request the request
 * @param images the requested images, in the order of their index
 * @param timings how long its parts took
 */
public record Generation(
        String id,
        Instant created,
        String model,
        int version,
        String checkpointSha256,
        GenerationRequest request,
        List<GeneratedImage> images,
        Timings timings) {

    /** The same with another id. */
    public Generation withId(String other) {
        return new Generation(other, created, model, version, checkpointSha256, request, images, timings);
    }

    /** @throws IllegalArgumentException when the images are not the {@code n} requested ones, in order */
    public Generation {
        images = List.copyOf(images);
        if (images.size() != request.n()) {
            throw new IllegalArgumentException(images.size() + " images must be the " + request.n() + " asked for");
        }
        for (int i = 0; i < images.size(); i++) {
            if (images.get(i).index() != request.firstIndex() + i) {
                throw new IllegalArgumentException(
                        "image " + i + " has index " + images.get(i).index());
            }
        }
    }
}
