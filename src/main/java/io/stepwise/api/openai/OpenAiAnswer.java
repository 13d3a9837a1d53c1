package io.stepwise.api.openai;

import io.stepwise.api.generate.GenerationParameters;
import io.stepwise.api.http.JsonBody;
import io.stepwise.image.ImageFormat;
import io.stepwise.image.Pixels;
import io.stepwise.serving.MeasuredEncoder;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.Generation;
import java.util.Base64;

/**
 * Encodes a generation in the form of OpenAI's API. This takes milliseconds per image, so call it on a worker thread.
 */
final class OpenAiAnswer {
    private final Generation generation;
    private final ImageFormat format;

    OpenAiAnswer(Generation generation, ImageFormat format) {
        this.generation = generation;
        this.format = format;
    }

    /** All images in one answer. */
    byte[] json() {
        OpenAiImages images = new OpenAiImages(
                created(),
                OpenAiImages.OPAQUE,
                generation.images().stream()
                        .map(image -> new OpenAiImages.Image(base64(image)))
                        .toList(),
                format.wireName(),
                size(generation.images().get(0).pixels()));
        return JsonBody.write(images);
    }

    /** One image of a stream. */
    OpenAiImageEvent completed(GeneratedImage image) {
        return new OpenAiImageEvent(
                OpenAiImageEvent.COMPLETED,
                base64(image),
                OpenAiImages.OPAQUE,
                created(),
                format.wireName(),
                "auto",
                size(image.pixels()),
                null,
                OpenAiImageEvent.Usage.NONE);
    }

    private String base64(GeneratedImage image) {
        byte[] encoded = MeasuredEncoder.image(image, format, GenerationParameters.of(generation, image.index()));
        return Base64.getEncoder().encodeToString(encoded);
    }

    private long created() {
        return generation.created().getEpochSecond();
    }

    static String size(Pixels pixels) {
        return OpenAiImages.size(pixels.width(), pixels.height());
    }
}
