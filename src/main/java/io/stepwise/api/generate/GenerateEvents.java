package io.stepwise.api.generate;

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
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The server-sent events of one generation for one client. */
final class GenerateEvents implements GenerationListener {
    private final OngoingGeneration generation;
    private final ImageFormat format;
    private final String requestId;
    private final EventQueue queue = new EventQueue();

    /** Progress of the generation. */
    record Progress(long done, long total) {}

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
        progress();
        generation.follow(this);
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

    private void progress() {
        OngoingGeneration.Progress progress = generation.progress();
        queue.replace("progress", new Progress(progress.done(), progress.all()));
    }

    @Override
    public void progressed(long done, long all) {
        queue.replace("progress", new Progress(done, all));
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
