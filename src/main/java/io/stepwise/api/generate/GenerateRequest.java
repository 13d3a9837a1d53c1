package io.stepwise.api.generate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.stepwise.api.http.UnsignedLongs;
import io.stepwise.diffusion.Spacing;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.serving.request.Generation;
import io.stepwise.serving.request.GenerationRequest;
import io.stepwise.serving.request.SourceImage;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
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
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GenerateRequest(
        @Nullable String model,
        @Nullable Integer version,
        int n,
        Object seed,
        int steps,
        String sampler,
        @Nullable Double eta,
        @Nullable String spacing,
        @Nullable String label,
        double guidance,
        @Nullable String image,
        @Nullable String mask,
        @Nullable Double strength,
        @JsonProperty("add_noise") @Nullable Boolean addNoise,
        @Nullable Integer resample,
        @JsonProperty("interpolate_to") @Nullable Object interpolateTo,
        @Nullable String format,
        @JsonProperty("preview_every") @Nullable Integer previewEvery,
        @Nullable Integer priority,
        @JsonProperty("deadline_ms") @Nullable Integer deadlineMs,
        @JsonProperty("cancel_on_disconnect") @Nullable Boolean cancelOnDisconnect) {

    static final String MODEL = "^[a-z0-9][a-z0-9._-]{0,63}$";
    public static final int DEFAULT_STEPS = 20;

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
