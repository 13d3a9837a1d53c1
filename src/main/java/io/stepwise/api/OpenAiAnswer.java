package io.stepwise.api;

import io.stepwise.image.Pixels;
import io.stepwise.serving.GeneratedImage;
import io.stepwise.serving.Generation;
import io.stepwise.serving.ImageEncoder;
import io.stepwise.serving.ImageFormat;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Encodes a generation as OpenAI's API answers. That takes milliseconds per image, so it belongs on a worker thread.
 */
final class OpenAiAnswer {
    private final Generation generation;
    private final ImageFormat format;

    OpenAiAnswer(Generation generation, ImageFormat format) {
        this.generation = generation;
        this.format = format;
    }

    /** All images at once. */
    Response json() {
        OpenAiImages images = new OpenAiImages(
                created(),
                OpenAiImages.OPAQUE,
                generation.images().stream()
                        .map(image -> new OpenAiImages.Image(base64(image)))
                        .toList(),
                format.wireName(),
                size());
        return answer(JsonBody.write(images), MediaType.APPLICATION_JSON);
    }

    /** One server-sent event per image. They all are done when the answer begins, so it is one piece. */
    Response events() {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        for (GeneratedImage image : generation.images()) {
            events.writeBytes(event(completed(image)));
        }
        return answer(events.toByteArray(), MediaType.SERVER_SENT_EVENTS);
    }

    private OpenAiImageEvent completed(GeneratedImage image) {
        return new OpenAiImageEvent(
                OpenAiImageEvent.COMPLETED,
                base64(image),
                OpenAiImages.OPAQUE,
                created(),
                format.wireName(),
                "auto",
                size(),
                OpenAiImageEvent.Usage.NONE);
    }

    /** As it goes over the wire; JSON has no line breaks, so it is one line of data. */
    private static byte[] event(OpenAiImageEvent event) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(("event: " + event.type() + "\ndata: ").getBytes(StandardCharsets.UTF_8));
        text.writeBytes(JsonBody.write(event));
        text.writeBytes("\n\n".getBytes(StandardCharsets.UTF_8));
        return text.toByteArray();
    }

    private Response answer(byte[] body, String mediaType) {
        return Response.ok(body, mediaType)
                .header(
                        GenerateAnswer.SEED,
                        Long.toUnsignedString(generation.request().seed()))
                .header(GenerateAnswer.MODEL_VERSION, generation.version())
                .build();
    }

    private String base64(GeneratedImage image) {
        byte[] encoded = ImageEncoder.image(image, format, GenerationParameters.of(generation, image.index()));
        return Base64.getEncoder().encodeToString(encoded);
    }

    private long created() {
        return generation.created().getEpochSecond();
    }

    private String size() {
        Pixels pixels = generation.images().get(0).pixels();
        return OpenAiImages.size(pixels.width(), pixels.height());
    }
}
