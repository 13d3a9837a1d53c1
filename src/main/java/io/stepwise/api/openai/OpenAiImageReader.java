package io.stepwise.api.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.generate.GenerationJson;
import io.stepwise.image.ImageFormat;
import io.stepwise.schema.CheckedMessage;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.MessageSchema;
import io.stepwise.serving.ModelCard;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.LabelNames;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the body of {@code POST /v1/images/generations} into a complete request. */
final class OpenAiImageReader {
    private static final String AUTO = "auto";

    private final ModelDirectory directory;
    private final MessageSchema schema;

    OpenAiImageReader(ModelDirectory directory, GenerateLimits limits) {
        this.directory = directory;
        this.schema =
                MessageSchema.of("OpenAiImageRequest", Map.of("n", limits.maxImages(), "steps", limits.maxSteps()));
    }

    /**
     * A request as the client sent it.
     *
     * @param request what to generate
     * @param format encoding of the images
     * @param stream whether the answer is a stream of events
     * @param partialImages number of previews of each image in such a stream
     * @param user the client's own identifier of its user, for the log
     */
    record ParsedImages(
            GenerationRequest request, ImageFormat format, boolean stream, int partialImages, Optional<String> user) {}

    /**
     * Reads the body. Looks up the model in the repository to check what it supports.
     *
     * @throws io.stepwise.schema.InvalidMessageException naming all fields that are unknown, of the wrong type or out
     *     of range
     * @throws io.stepwise.serving.request.UnknownModelException if there is no such model
     */
    ParsedImages read(ObjectNode body) throws IOException {
        CheckedMessage message = schema.check(body);
        OpenAiImageRequest asked =
                message.as(GenerationJson.MAPPER, OpenAiImageRequest.class).orElseThrow();
        ModelCard model = directory.card(asked.model(), null);
        if (asked.partialImages() > 0 && !asked.stream()) {
            message.reject(FieldError.of("/partial_images", asked.partialImages(), "0 where stream isn't true"));
        }
        checkSize(message, asked.size(), model);
        String label = label(message, asked.prompt().strip(), model);
        message.orThrow();
        return new ParsedImages(
                request(asked, label),
                asked.outputFormat(),
                asked.stream(),
                asked.partialImages(),
                Optional.ofNullable(asked.user()));
    }

    private static GenerationRequest request(OpenAiImageRequest asked, @Nullable String label) {
        Long seed = asked.seed();
        return new GenerationRequest(
                asked.model(),
                null,
                asked.n(),
                seed == null ? GenerateRequestReader.drawnSeed() : seed,
                asked.steps(),
                asked.sampler(),
                label,
                asked.guidance(),
                GenerationRequest.DEFAULT_PRIORITY,
                null);
    }

    /** The label that the prompt is; null if the prompt is empty. */
    private static @Nullable String label(CheckedMessage message, String prompt, ModelCard model) {
        if (prompt.isEmpty()) {
            return null;
        }
        LabelNames classes = new LabelNames(model.labels());
        if (classes.meant(prompt).length == 0) {
            String shown = '"' + FieldError.shown(prompt) + '"';
            String allowed = model.labels().isEmpty()
                    ? "empty: the model has no classes"
                    : classes.allowed() + ", or empty for any";
            message.reject(new FieldError(
                    "/prompt",
                    "prompt is " + shown + ", must be " + allowed + "; " + model.model()
                            + " understands no other words"));
        }
        return prompt;
    }

    private static void checkSize(CheckedMessage message, String size, ModelCard model) {
        String own = OpenAiImages.size(model.width(), model.height());
        if (!size.equals(AUTO) && !size.equals(own)) {
            message.reject(FieldError.of("/size", '"' + size + '"', "one of \"" + AUTO + "\", \"" + own + '"'));
        }
    }
}
