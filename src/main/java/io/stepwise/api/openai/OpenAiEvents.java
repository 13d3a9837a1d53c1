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

/** A generation as a client of OpenAI's API follows it: its server-sent events. */
final class OpenAiEvents implements GenerationListener {
    private final OngoingGeneration generation;
    private final OpenAiImageReader.ParsedImages parsed;
    private final String requestId;
    private final Map<Integer, Integer> shown = new HashMap<>(); // images by how often; one thread at a time listens
    private final EventQueue queue = new EventQueue();

    /** @param requestId under which the log says more */
    OpenAiEvents(OngoingGeneration generation, OpenAiImageReader.ParsedImages parsed, String requestId) {
        this.generation = generation;
        this.parsed = parsed;
        this.requestId = requestId;
    }

    /** So that each image is shown as often as is asked for, if it has steps enough. */
    static int previewEvery(OpenAiImageReader.ParsedImages parsed) {
        int calls = parsed.request().sampler().networkCalls(parsed.request().steps());
        return parsed.partialImages() == 0 ? 0 : Math.max(1, calls / (parsed.partialImages() + 1));
    }

    /** Begins to follow; what becomes of it ends the events. */
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
