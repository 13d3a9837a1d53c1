package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.ImageFormat;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.MessageJson;
import io.stepwise.schema.MessageSchema;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Turns the body of {@code POST /generate} into a complete request: fills in defaults and draws the seed. */
@Singleton
public final class GenerateRequestReader {
    private final MessageSchema schema;
    private final long maxPixels;

    /** @param limits the upper limits of a request */
    @Inject
    public GenerateRequestReader(GenerateLimits limits) {
        this.schema = MessageSchema.of("GenerateRequest", Map.of("n", limits.maxImages(), "steps", limits.maxSteps()));
        this.maxPixels = limits.maxPixels();
    }

    /**
     * A request as the client sent it.
     *
     * @param request what to generate
     * @param format encoding of the images, if the client names one
     * @param cancelOnDisconnect whether a disconnect of the client cancels the work, if the client says so
     * @param previewEvery number of steps between two previews of each image; 0 for no previews
     */
    public record ParsedRequest(
            GenerationRequest request,
            Optional<ImageFormat> format,
            Optional<Boolean> cancelOnDisconnect,
            int previewEvery) {
        /** The same with {@code left} of the time until the deadline. */
        ParsedRequest within(Duration left) {
            return new ParsedRequest(request.within(left), format, cancelOnDisconnect, previewEvery);
        }
    }

    /**
     * Reads the body, and decodes its pictures at once.
     *
     * @throws io.stepwise.schema.InvalidMessageException naming all fields that are unknown, of the wrong type or out
     *     of range
     */
    public ParsedRequest read(ObjectNode body) {
        CheckedMessage message = checked(body);
        SourceFields source = new SourceFields(message, maxPixels);
        return complete(message, source.decoded(() -> false));
    }

    /** Compares the body with its schema and draws the seed. */
    CheckedMessage checked(ObjectNode body) {
        CheckedMessage message = schema.check(body);
        if (message.has("guide") && !message.has("guidance")) {
            message.reject(new FieldError("/guidance", "guidance must be given with guide, which does nothing at 1"));
        }
        if (!message.fields().hasNonNull("seed")) {
            message.fields().put("seed", drawnSeed());
        }
        return message;
    }

    /** The request of {@link #checked} fields and of their pictures, which are read apart from them. */
    ParsedRequest complete(CheckedMessage message, Optional<SourceImage> source) {
        ObjectNode fields = message.fields();
        source.ifPresent(image -> fields.putPOJO("source", image));
        Optional<GenerationRequest> request = message.as(GenerationJson.MAPPER, GenerationRequest.class);
        message.orThrow();
        return new ParsedRequest(
                request.orElseThrow(),
                given(message, "format").map(JsonNode::asText).flatMap(ImageFormat::of),
                given(message, "cancel_on_disconnect").map(JsonNode::booleanValue),
                fields.path("preview_every").intValue());
    }

    long maxPixels() {
        return maxPixels;
    }

    private static Optional<JsonNode> given(CheckedMessage message, String field) {
        return message.has(field) ? Optional.of(message.fields().get(field)) : Optional.empty();
    }

    /**
     * Draws a seed of at most 53 bits, so that clients whose numbers are doubles keep it exactly. A seed is not a
     * secret.
     */
    public static long drawnSeed() {
        return ThreadLocalRandom.current().nextLong() & MessageJson.MAX_SAFE;
    }
}
