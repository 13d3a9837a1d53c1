package io.stepwise.api.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.generate.GenerateLimits;
import io.stepwise.api.generate.GenerateRequestReader;
import io.stepwise.api.http.JsonFields;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.diffusion.SamplerName;
import io.stepwise.serving.ModelCard;
import io.stepwise.serving.ModelDirectory;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.ImageFormat;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From the body of {@code POST /v1/images/generations} to a request that is complete. */
final class OpenAiImageReader {
    /** The most images that OpenAI makes for a request. */
    static final int MAX_IMAGES = 10;

    static final int MAX_PARTIAL_IMAGES = 3;
    private static final int MAX_COMPRESSION = 100;
    private static final String AUTO = "auto";
    private static final Pattern ANYTHING = Pattern.compile("(?s).*");
    private static final Pattern NAME = Pattern.compile("\\P{Cntrl}{1,256}");
    private static final Pattern BASE64 = Pattern.compile("b64_json");
    private static final List<String> FORMATS =
            Arrays.stream(ImageFormat.values()).map(ImageFormat::wireName).toList();

    private final ModelDirectory directory;
    private final GenerateLimits limits;

    OpenAiImageReader(ModelDirectory directory, GenerateLimits limits) {
        this.directory = directory;
        this.limits = limits;
    }

    /**
     * What a client asks for.
     *
     * @param request what to generate
     * @param format encoding of the images
     * @param stream whether the answer is a stream of events
     * @param partialImages how often such a stream shows each image before it is done
     * @param user the client's own mark of who wants it, for the log
     */
    record ParsedImages(
            GenerationRequest request, ImageFormat format, boolean stream, int partialImages, Optional<String> user) {}

    /**
     * Reads the body; looks into the model repository for what the model can do.
     *
     * @throws ProblemException naming all fields that are unknown, of the wrong type or out of range
     * @throws io.stepwise.serving.request.UnknownModelException when there is no such model
     */
    ParsedImages read(ObjectNode body) throws IOException {
        JsonFields fields = new JsonFields(body);
        ImageFormat format =
                fields.oneOf("output_format", FORMATS, ImageFormat::of).orElse(ImageFormat.PNG);
        boolean stream = fields.truth("stream").orElse(false);
        Optional<String> user = fields.text("user", NAME, "1 … 256 characters without line breaks");
        int partialImages = partialImages(fields, stream);
        checkNeutral(fields);
        return new ParsedImages(request(fields), format, stream, partialImages, user);
    }

    /** Reads the last fields: what is unknown or wrong by then is refused. */
    private GenerationRequest request(JsonFields fields) throws IOException {
        Optional<String> name = fields.text("model", ANYTHING, "the id of a model");
        ModelCard model = directory.card(name.orElse(null), null);
        int n = fields.integer("n", 1, Math.min(MAX_IMAGES, limits.maxImages())).orElse(1);
        Optional<Long> seed = fields.unsigned("seed");
        int steps = GenerateRequestReader.steps(fields, limits);
        SamplerName sampler = GenerateRequestReader.sampler(fields);
        double guidance = GenerateRequestReader.guidance(fields);
        checkSize(fields, model);
        String label = label(fields, model);
        fields.finish();
        return new GenerationRequest(
                name.orElse(null),
                null,
                n,
                seed.orElseGet(GenerateRequestReader::drawnSeed),
                steps,
                sampler,
                0,
                null,
                label,
                guidance,
                GenerationRequest.DEFAULT_PRIORITY,
                null);
    }

    /** The class that the prompt names; null when it is empty. */
    private static @Nullable String label(JsonFields fields, ModelCard model) {
        String prompt = fields.text("prompt", ANYTHING, "a string").orElse("").strip();
        List<String> labels = model.labels();
        if (prompt.isEmpty()) {
            if (model.labelRequired()) {
                fields.reject("prompt", "prompt is \"\", must be one of " + labels);
            }
            return null;
        }
        if (labels.contains(prompt) || prompt.matches("[0-9]{1,9}") && Integer.parseInt(prompt) < labels.size()) {
            return prompt;
        }
        fields.reject(
                "prompt",
                "prompt is \"" + JsonFields.shown(prompt) + "\", must be " + allowed(model) + "; " + model.model()
                        + " understands no other words");
        return null;
    }

    private static String allowed(ModelCard model) {
        List<String> labels = model.labels();
        if (labels.isEmpty()) {
            return "empty: the model has no classes";
        }
        return "one of " + labels + " or a number 0 … " + (labels.size() - 1)
                + (model.labelRequired() ? "" : ", or empty for any");
    }

    private static void checkSize(JsonFields fields, ModelCard model) {
        String own = OpenAiImages.size(model.width(), model.height());
        fields.oneOf(
                "size",
                List.of(AUTO, own),
                size -> size.equals(AUTO) || size.equals(own) ? Optional.of(size) : Optional.empty());
    }

    private static int partialImages(JsonFields fields, boolean stream) {
        int partialImages =
                fields.integer("partial_images", 0, MAX_PARTIAL_IMAGES).orElse(0);
        if (partialImages > 0 && !stream) {
            fields.reject(
                    "partial_images", "partial_images is " + partialImages + ", must be 0 where stream isn't true");
        }
        return partialImages;
    }

    /** What OpenAI's models can do and these can't is refused unless it asks for nothing. */
    private static void checkNeutral(JsonFields fields) {
        fields.text("response_format", BASE64, "\"b64_json\": images are not kept, so there is no URL to give");
        neutral(fields, "quality", AUTO, "standard");
        neutral(fields, "background", AUTO, "opaque");
        neutral(fields, "moderation", AUTO);
        fields.leftOut("style", "models here have none");
        fields.integer("output_compression", MAX_COMPRESSION, MAX_COMPRESSION);
    }

    private static void neutral(JsonFields fields, String name, String... values) {
        List<String> allowed = List.of(values);
        fields.oneOf(name, allowed, value -> allowed.contains(value) ? Optional.of(value) : Optional.empty());
    }
}
