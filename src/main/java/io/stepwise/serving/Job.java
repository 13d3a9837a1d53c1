package io.stepwise.serving;

import io.stepwise.diffusion.Trajectory;
import io.stepwise.image.Pixels;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An accepted request on its way. After it was queued only the engine's thread touches it, except the stage that it
 * completes.
 */
final class Job {
    private final String id = UUID.randomUUID().toString();
    private final GenerationRequest request;
    private final ServedModel model;
    private final Trajectory trajectory;
    private final Instant created;
    private final long acceptedNanos = System.nanoTime();
    private final CompletableFuture<Generation> result = new CompletableFuture<>();
    private final @Nullable Pixels[] images;
    private int started;
    private int finished;
    private long firstStepNanos;
    private long steps;
    private long rowsBeside;

    Job(GenerationRequest request, ServedModel model, Trajectory trajectory, Instant created) {
        this.request = request;
        this.model = model;
        this.trajectory = trajectory;
        this.created = created;
        images = new Pixels[request.n()];
    }

    GenerationRequest request() {
        return request;
    }

    ServedModel model() {
        return model;
    }

    Trajectory trajectory() {
        return trajectory;
    }

    CompletableFuture<Generation> result() {
        return result;
    }

    /** Index of the next image to start. */
    int startNext() {
        if (started == 0) {
            firstStepNanos = System.nanoTime();
        }
        return started++;
    }

    /** Whether nothing of it is left to start, because all is on its way or it has failed. */
    boolean allStarted() {
        return started == images.length || result.isDone();
    }

    /** Notes a step of one of its rows, in a batch of {@code rows}. */
    void stepped(int rows) {
        steps++;
        rowsBeside += rows;
    }

    /** Takes an image that is done; after the last one, the result. */
    void finish(int index, Pixels pixels) {
        images[index] = pixels;
        if (++finished == images.length) {
            result.complete(generation(System.nanoTime()));
        }
    }

    /** Ends it without a result; its remaining rows are of no use. */
    void fail(Throwable reason) {
        result.completeExceptionally(reason);
    }

    private Generation generation(long now) {
        String label = model.labelName(request.label());
        List<GeneratedImage> made = IntStream.range(0, images.length)
                .mapToObj(i -> new GeneratedImage(i, request.seed(), label, Objects.requireNonNull(images[i])))
                .toList();
        Timings timings = new Timings(
                Duration.ofNanos(firstStepNanos - acceptedNanos),
                Duration.ofNanos(now - firstStepNanos),
                (double) rowsBeside / steps);
        Arrays.fill(images, null);
        return new Generation(
                id,
                created,
                model.version().model(),
                model.version().number(),
                model.checkpointSha256(),
                request,
                made,
                timings);
    }
}
