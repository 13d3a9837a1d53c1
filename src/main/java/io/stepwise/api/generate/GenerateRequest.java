package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.api.http.UnsignedLongs;
import io.stepwise.image.PictureFormat;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import io.stepwise.serving.request.Spacing;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /generate}, field by field as clients write it. {@link GenerateRequestReader} reads it; a PNG
 * carries it with everything filled in.
 *
 * @param model null means the configured model
 * @param version null means the version that is served
 * @param n images
 * @param seed unsigned 64-bit, a number or a string of digits
 * @param steps denoising steps
 * @param sampler name of the sampler
 * @param eta null where the sampler has none
 * @param spacing null means the sampler's own
 * @param label null means none
 * @param guidance scale of classifier-free guidance
 * @param image picture to start from, in base64; null means noise alone
 * @param mask what of it is painted anew, in base64; null means all
 * @param strength share of the steps that is run; null means the usual
 * @param addNoise whether noise is put on the image; null means yes
 * @param resample how often each stretch of an inpainting is run; null means the usual
 * @param interpolateTo the seed of the last of the images; null means that each is one of its own
 * @param format encoding of the images; null means what the answer's media type says
 * @param previewEvery in event streams a preview each so many steps; null means none, as in a PNG
 * @param priority how early it is served; null in a PNG, as the next two: they are not part of how an image is made
 * @param deadlineMs milliseconds after which the images are of no use; null means none
 * @param cancelOnDisconnect whether the work is given up when the client leaves; null means yes
 */
@Schema(
        description = "What to generate. Every field can be left out, or null, which is the same. A field that is not"
                + " listed here is refused.",
        additionalProperties = Schema.False.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GenerateRequest(
        @Schema(
                        description = "Name of the model; by default the configured one.",
                        nullable = true,
                        pattern = MODEL,
                        examples = "faces")
                @Nullable
                String model,
        @Schema(
                        description = "Version of the model; by default the one that is served.",
                        nullable = true,
                        minimum = "1",
                        maximum = "" + Integer.MAX_VALUE,
                        examples = "1")
                @Nullable
                Integer version,
        @Schema(
                        description = "How many images; at most stepwise.generate.max-images.",
                        nullable = true,
                        minimum = "1",
                        defaultValue = "1",
                        examples = "4")
                int n,
        @Schema(
                        description =
                                "Unsigned 64-bit, as an integer or as a string of decimal digits; image i is made of the"
                                        + " noise of (seed, i). Drawn, and returned, when left out.",
                        nullable = true,
                        type = SchemaType.STRING,
                        oneOf = {BigInteger.class, String.class},
                        minimum = "0",
                        maximum = "18446744073709551615",
                        pattern = "^[0-9]{1,20}$",
                        examples = "42")
                Object seed,
        @Schema(
                        description = "Denoising steps, at most the model's T.",
                        nullable = true,
                        minimum = "1",
                        defaultValue = "" + DEFAULT_STEPS,
                        examples = "20")
                int steps,
        @Schema(
                        description = "The sampler.",
                        nullable = true,
                        enumeration = {"ddim", "ddpm", "euler", "euler-ancestral", "heun", "dpm++2m", "unipc"},
                        defaultValue = "ddim",
                        examples = "ddim")
                String sampler,
        @Schema(
                        description = "Share of fresh noise per step; only with the sampler ddim.",
                        nullable = true,
                        minimum = "0",
                        maximum = "1",
                        defaultValue = "0",
                        examples = "0")
                @Nullable
                Double eta,
        @Schema(
                        description =
                                "How the timesteps are chosen; by default the sampler's own way. Not every sampler takes"
                                        + " every spacing.",
                        nullable = true,
                        enumeration = {"leading", "trailing", "linspace", "karras"},
                        examples = "trailing")
                @Nullable
                String spacing,
        @Schema(
                        description = "Name or number of a class; by default none.",
                        nullable = true,
                        oneOf = {String.class, Integer.class},
                        minimum = "0",
                        examples = "smiling")
                @Nullable
                String label,
        @Schema(
                        description = "Scale of classifier-free guidance; 1 is off.",
                        nullable = true,
                        minimum = "0",
                        maximum = "100",
                        defaultValue = "1",
                        examples = "1")
                double guidance,
        @Schema(
                        description = "A picture ("
                                + PictureFormat.NAMES
                                + ") in base64 to start from, of the model's"
                                + " proportions; it is resized to the model's size. Without mask: image to image.",
                        nullable = true,
                        contentEncoding = "base64",
                        examples = ONE_PIXEL)
                @Nullable
                String image,
        @Schema(
                        description =
                                "A picture in base64 as large as image: white is painted anew, black is kept, grey is a blend of both"
                                        + " (inpainting). Only with the samplers ddim and ddpm.",
                        nullable = true,
                        contentEncoding = "base64",
                        examples = ONE_PIXEL)
                @Nullable
                String mask,
        @Schema(
                        description =
                                "How much of image is made anew, as the share of the steps that is run, at least one step: 0 is"
                                        + " nearly image, 1 nearly another one. By default 0.5, with mask 1.",
                        nullable = true,
                        minimum = "0",
                        maximum = "1",
                        examples = "0.5")
                @Nullable
                Double strength,
        @JsonProperty("add_noise")
                @Schema(
                        description = "Whether the noise that strength stands for is put on image, or is on it already"
                                + " (denoising). Without mask only; by default true.",
                        nullable = true,
                        examples = "true")
                @Nullable
                Boolean addNoise,
        @Schema(
                        description = "With mask: how often each stretch of steps is run, so that what is painted grows"
                                + " together with what is known (RePaint); 1 is masking alone. By default "
                                + SourceImage.DEFAULT_RESAMPLES + ".",
                        nullable = true,
                        minimum = "1",
                        maximum = "" + SourceImage.MAX_RESAMPLES,
                        examples = "4")
                @Nullable
                Integer resample,
        @JsonProperty("interpolate_to")
                @Schema(
                        description =
                                "A second seed: the n images, at least 2, lead from the image of seed to the image of"
                                        + " this one. Only with samplers that draw no noise on their way.",
                        nullable = true,
                        type = SchemaType.STRING,
                        oneOf = {BigInteger.class, String.class},
                        minimum = "0",
                        maximum = "18446744073709551615",
                        pattern = "^[0-9]{1,20}$",
                        examples = "43")
                @Nullable
                Object interpolateTo,
        @Schema(
                        description =
                                "Encoding of the images; must agree with Accept. In a JSON answer it is b64's encoding.",
                        nullable = true,
                        enumeration = {"png", "jpeg"},
                        defaultValue = "png",
                        examples = "png")
                @Nullable
                String format,
        @JsonProperty("preview_every")
                @Schema(
                        description = "In event streams: a preview of every image each so many steps; 0 is none.",
                        nullable = true,
                        minimum = "0",
                        defaultValue = "0",
                        examples = "5")
                @Nullable
                Integer previewEvery,
        @Schema(
                        description = "Of what is waiting, the higher goes first.",
                        nullable = true,
                        minimum = "0",
                        maximum = "" + GenerationRequest.MAX_PRIORITY,
                        defaultValue = "" + GenerationRequest.DEFAULT_PRIORITY,
                        examples = "5")
                @Nullable
                Integer priority,
        @JsonProperty("deadline_ms")
                @Schema(
                        description = "Milliseconds after which the images are of no use: what can't be made by then is"
                                + " refused or given up. By default none.",
                        nullable = true,
                        minimum = "1",
                        maximum = "" + MAX_DEADLINE_MS,
                        examples = "2000")
                @Nullable
                Integer deadlineMs,
        @JsonProperty("cancel_on_disconnect")
                @Schema(
                        description = "Whether the work is given up when the connection closes before the answer.",
                        nullable = true,
                        defaultValue = "true",
                        examples = "true")
                @Nullable
                Boolean cancelOnDisconnect) {

    static final String MODEL = "^[a-z0-9][a-z0-9._-]{0,63}$";
    public static final int DEFAULT_STEPS = 20;

    /** A grey pixel. */
    static final String ONE_PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==";

    /** A day. */
    static final int MAX_DEADLINE_MS = 86_400_000;

    /** The request that makes {@code generation} again, with everything filled in. */
    static GenerateRequest of(Generation generation) {
        GenerationRequest request = generation.request();
        Optional<SourceImage> source = Optional.ofNullable(request.source());
        Optional<Pixels> mask = source.map(SourceImage::mask);
        return new GenerateRequest(
                generation.model(),
                generation.version(),
                request.n(),
                UnsignedLongs.toJson(request.seed()),
                request.steps(),
                request.sampler().wireName(),
                request.sampler().takesEta() ? request.eta() : null,
                Optional.ofNullable(request.spacing()).map(Spacing::wireName).orElse(null),
                request.label(),
                request.guidance(),
                source.map(SourceImage::image).map(GenerateRequest::base64).orElse(null),
                mask.map(GenerateRequest::base64).orElse(null),
                source.map(SourceImage::strength).orElse(null),
                mask.isPresent() ? null : source.map(SourceImage::addNoise).orElse(null),
                mask.isPresent() ? source.map(SourceImage::resamples).orElse(null) : null,
                Optional.ofNullable(request.interpolateTo())
                        .map(UnsignedLongs::toJson)
                        .orElse(null),
                null,
                null,
                null,
                null,
                null);
    }

    private static String base64(Pixels picture) {
        return Base64.getEncoder().encodeToString(Png.encode(picture, Map.of()));
    }
}
