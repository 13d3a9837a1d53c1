package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.smallrye.mutiny.Multi;
import io.stepwise.api.http.EventQueue;
import io.stepwise.api.problem.Refusal;
import io.stepwise.image.ImageEncoder;
import io.stepwise.image.ImageFormat;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import io.stepwise.serving.request.QueuePlace;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The server-sent events of one generation for one client. */
final class GenerateEvents implements GenerationListener {
    private final OngoingGeneration generation;
    private final ImageFormat format;
    private final String requestId;
    private final EventQueue queue = new EventQueue();

    /** How often a client learns of the place in the queue while no step is taken. */
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    /**
     * Progress of the generation.
     *
     * @param ahead requests that go before it; null when it isn't in the queue
     * @param leftMs estimated milliseconds until the images are made; null when it isn't in the queue
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Progress(long done, long total, @Nullable Integer ahead, @JsonProperty("left_ms") @Nullable Long leftMs) {
        static Progress of(OngoingGeneration generation) {
            return of(
                    generation,
                    generation.progress().done(),
                    generation.progress().all());
        }

        private static Progress of(OngoingGeneration generation, long done, long all) {
            QueuePlace place = generation.place();
            return place == null
                    ? new Progress(done, all, null, null)
                    : new Progress(done, all, place.ahead(), place.left().toMillis());
        }
    }

    /** A preview of an image. */
    record Preview(int index, int step, @JsonProperty("b64") String base64) {}

    /**
     * @param format encoding of the images
     * @param requestId the request's id in the log
     */
    GenerateEvents(OngoingGeneration generation, ImageFormat format, String requestId) {
        this.generation = generation;
        this.format = format;
        this.requestId = requestId;
    }

    /** Starts to follow the generation. Its result or failure is the last event. */
    void follow() {
        queue.replace("progress", Progress.of(generation));
        generation.follow(this);
        LATER.execute(this::tellPlace);
        generation.result().whenComplete((made, failure) -> {
            generation.leave(this);
            end(made, failure);
        });
    }

    private void end(@Nullable Generation made, @Nullable Throwable failure) {
        if (made != null) {
            queue.end("completed", new GenerateAnswer(made).response(format));
        } else if (failure != null) {
            queue.end("error", Refusal.of(failure, requestId).problem("/generate", requestId));
        }
    }

    /** Again and again, until the first step is taken. */
    private void tellPlace() {
        if (generation.state() == OngoingGeneration.State.QUEUED) {
            queue.replace("progress", Progress.of(generation));
            LATER.execute(this::tellPlace);
        }
    }

    @Override
    public void accepted(Supplier<QueuePlace> place) {
        queue.replace("progress", Progress.of(generation));
    }

    @Override
    public void progressed(long done, long all) {
        queue.replace("progress", Progress.of(generation, done, all));
    }

    @Override
    public void previewed(GeneratedImage estimate, int step) {
        byte[] picture = ImageEncoder.encode(estimate.pixels(), format);
        queue.offer(
                "preview",
                new Preview(estimate.index(), step, Base64.getEncoder().encodeToString(picture)));
    }

    /** The events for one client. */
    Multi<byte[]> read() {
        return queue.read();
    }
}
