package io.stepwise.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.api.http.JsonFields;
import io.stepwise.api.http.UnsignedLongs;
import io.stepwise.api.problem.ProblemException;
import io.stepwise.diffusion.SamplerName;
import io.stepwise.diffusion.Spacing;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.ImageFormat;
import io.stepwise.serving.request.SourceImage;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** From the body of {@code POST /generate} to a request that is complete: defaults filled in, the seed drawn. */
public final class GenerateRequestReader {
    private static final String MODEL =
            "a name of 1 … 64 lower-case letters, digits, '.', '_', '-', a letter or digit first";

    private static final Pattern MODEL_PATTERN = Pattern.compile(GenerateRequest.MODEL);
    private static final List<String> SAMPLERS =
            Arrays.stream(SamplerName.values()).map(SamplerName::wireName).toList();
    private static final List<String> SPACINGS =
            Arrays.stream(Spacing.values()).map(Spacing::wireName).toList();
    private static final List<String> FORMATS =
            Arrays.stream(ImageFormat.values()).map(ImageFormat::wireName).toList();

    private final GenerateLimits limits;

    /** @param limits what is allowed at most */
    public GenerateRequestReader(GenerateLimits limits) {
        this.limits = limits;
    }

    /**
     * What a client asks for.
     *
     * @param request what to generate
     * @param format encoding of the images, if the client names one
     * @param cancelOnDisconnect whether nobody wants the images once the client has left, if the client says so
     * @param previewEvery a look at every image each so many steps; 0 for none
     */
    public record ParsedRequest(
            GenerationRequest request,
            Optional<ImageFormat> format,
            Optional<Boolean> cancelOnDisconnect,
            int previewEvery) {}

    /** As the other, by {@code workers} where there are pictures to decode, which takes milliseconds and more. */
    CompletableFuture<ParsedRequest> read(ObjectNode body, Executor workers) {
        return body.hasNonNull("image") || body.hasNonNull("mask")
                ? CompletableFuture.supplyAsync(() -> read(body), workers)
                : CompletableFuture.completedFuture(read(body));
    }

    /**
     * Reads the body.
     *
     * @throws ProblemException naming all fields that are unknown, of the wrong type or out of range
     */
    public ParsedRequest read(ObjectNode body) {
        JsonFields fields = new JsonFields(body);
        Optional<ImageFormat> format = fields.oneOf("format", FORMATS, ImageFormat::of);
        Optional<Boolean> cancelOnDisconnect = fields.truth("cancel_on_disconnect");
        int previewEvery = fields.integer("preview_every", 0, Integer.MAX_VALUE).orElse(0);
        return new ParsedRequest(request(fields), format, cancelOnDisconnect, previewEvery);
    }

    /** Reads the last fields: what is unknown or wrong by then is refused. */
    private GenerationRequest request(JsonFields fields) {
        String model = fields.text("model", MODEL_PATTERN, MODEL).orElse(null);
        Integer version = fields.integer("version", 1, Integer.MAX_VALUE).orElse(null);
        int n = fields.integer("n", 1, limits.maxImages()).orElse(1);
        long seed = fields.unsigned("seed").orElseGet(GenerateRequestReader::drawnSeed);
        Way way = way(fields);
        Optional<String> label = fields.textOrNumber("label", "the name or the number of a class");
        double guidance = guidance(fields);
        int priority = priority(fields);
        Optional<Duration> deadline = deadline(fields);
        Optional<SourceImage> source =
                SourceFields.read(fields, limits.maxPixels(), way.sampler, Optional.ofNullable(way.spacing));
        Optional<Long> interpolateTo = interpolateTo(fields, n, way.sampler, way.eta);
        fields.finish();
        return new GenerationRequest(
                model,
                version,
                n,
                seed,
                way.steps,
                way.sampler,
                way.eta,
                way.spacing,
                label.orElse(null),
                guidance,
                priority,
                deadline.orElse(null),
                source.orElse(null),
                interpolateTo.orElse(null));
    }

    /** How the images are sampled. */
    private record Way(int steps, SamplerName sampler, double eta, @Nullable Spacing spacing) {}

    private Way way(JsonFields fields) {
        int steps = steps(fields, limits);
        SamplerName sampler = sampler(fields);
        double eta = eta(fields, sampler);
        return new Way(steps, sampler, eta, spacing(fields, sampler).orElse(null));
    }

    private static Optional<Long> interpolateTo(JsonFields fields, int n, SamplerName sampler, double eta) {
        Optional<Long> to = fields.unsigned("interpolate_to");
        if (to.isPresent()) {
            if (n < 2) {
                fields.reject("n", "n is " + n + ", must be at least 2 with interpolate_to");
            }
            if (fields.has("image")) {
                fields.reject("image", "image must be left out with interpolate_to, which lies between two noises");
            }
            if (sampler.isRandom() || eta != 0) {
                fields.reject(
                        sampler.isRandom() ? "sampler" : "eta",
                        "interpolate_to needs a sampler that draws no noise on its way: sampler is \""
                                + sampler.wireName() + "\", eta is " + eta);
            }
        }
        return to;
    }

    /** A seed of up to 53 bits, which survives clients whose numbers are doubles; it is no secret. */
    public static long drawnSeed() {
        return ThreadLocalRandom.current().nextLong() & UnsignedLongs.MAX_SAFE;
    }

    public static int steps(JsonFields fields, GenerateLimits limits) {
        return fields.integer("steps", 1, limits.maxSteps()).orElse(GenerateRequest.DEFAULT_STEPS);
    }

    public static SamplerName sampler(JsonFields fields) {
        return fields.oneOf("sampler", SAMPLERS, SamplerName::of).orElse(SamplerName.DDIM);
    }

    public static double guidance(JsonFields fields) {
        return fields.number("guidance", 0, GenerationRequest.MAX_GUIDANCE).orElse(1.0);
    }

    private static int priority(JsonFields fields) {
        return fields.integer("priority", 0, GenerationRequest.MAX_PRIORITY).orElse(GenerationRequest.DEFAULT_PRIORITY);
    }

    private static Optional<Duration> deadline(JsonFields fields) {
        return fields.integer("deadline_ms", 1, GenerateRequest.MAX_DEADLINE_MS).map(Duration::ofMillis);
    }

    private static double eta(JsonFields fields, SamplerName sampler) {
        Optional<Double> eta = fields.number("eta", 0, 1);
        if (eta.isPresent() && !sampler.takesEta()) {
            fields.reject("eta", "eta is " + eta.get() + ", must be left out for the sampler " + sampler.wireName());
            return 0;
        }
        return eta.orElse(0.0);
    }

    private static Optional<Spacing> spacing(JsonFields fields, SamplerName sampler) {
        Optional<Spacing> spacing = fields.oneOf("spacing", SPACINGS, Spacing::of);
        if (spacing.isPresent() && !sampler.spacings().contains(spacing.get())) {
            fields.reject(
                    "spacing",
                    "spacing is \"" + spacing.get().wireName() + "\", must be one of "
                            + sampler.spacings().stream().map(Spacing::wireName).toList() + " for the sampler "
                            + sampler.wireName());
        }
        return spacing;
    }
}
