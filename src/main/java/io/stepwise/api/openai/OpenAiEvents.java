package io.stepwise.api.openai;

import io.stepwise.api.http.EventQueue;
import io.stepwise.api.problem.Refusal;
import io.stepwise.image.ImageEncoder;
import io.stepwise.serving.OngoingGeneration;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationListener;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The server-sent events of a generation for a client of OpenAI's API. */
final class OpenAiEvents implements GenerationListener {
    private final OngoingGeneration generation;
    private final OpenAiImageReader.ParsedImages parsed;
    private final String requestId;
    private final Map<Integer, Integer> shown = new HashMap<>(); // previews per image; used by one thread at a time
    private final EventQueue queue = new EventQueue();

    /** @param requestId the request's id in the log */
    OpenAiEvents(OngoingGeneration generation, OpenAiImageReader.ParsedImages parsed, String requestId) {
        this.generation = generation;
        this.parsed = parsed;
        this.requestId = requestId;
    }

    /**
     * The number of steps between two previews, so that each image is shown as often as requested if it has enough
     * steps.
     */
    static int previewEvery(OpenAiImageReader.ParsedImages parsed) {
        int calls =
                parsed.request().samplerOrUsual().networkCalls(parsed.request().stepsOrUsual());
        return parsed.partialImages() == 0 ? 0 : Math.max(1, calls / (parsed.partialImages() + 1));
    }

    /** Starts to follow the generation. Its result or failure is the last event. */
    EventQueue follow() {
        generation.follow(this);
        generation.result().whenComplete((made, failure) -> {
            generation.leave(this);
            if (failure == null) {
                completed(made);
            } else {
                failed(Refusal.of(failure, requestId));
            }
        });
        return queue;
    }

    private void completed(Generation made) {
        OpenAiAnswer answer = new OpenAiAnswer(made, parsed.format());
        made.images().forEach(image -> queue.put(OpenAiImageEvent.COMPLETED, answer.completed(image)));
        queue.end();
    }

    private void failed(Refusal refusal) {
        queue.end("error", OpenAiError.of(refusal.type(), refusal.detail(), refusal.errors()));
    }

    @Override
    public void previewed(GeneratedImage estimate, int step) {
        int before = shown.getOrDefault(estimate.index(), 0);
        if (before < parsed.partialImages()) {
            shown.put(estimate.index(), before + 1);
            queue.offer(OpenAiImageEvent.PARTIAL, partial(estimate, before));
        }
    }

    private OpenAiImageEvent partial(GeneratedImage estimate, int before) {
        byte[] picture = ImageEncoder.encode(estimate.pixels(), parsed.format());
        return new OpenAiImageEvent(
                OpenAiImageEvent.PARTIAL,
                Base64.getEncoder().encodeToString(picture),
                OpenAiImages.OPAQUE,
                generation.created().getEpochSecond(),
                parsed.format().wireName(),
                "auto",
                OpenAiAnswer.size(estimate.pixels()),
                before,
                null);
    }
}
