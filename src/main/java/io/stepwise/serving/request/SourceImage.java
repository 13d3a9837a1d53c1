package io.stepwise.serving.request;

import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.FieldError;
import io.stepwise.schema.InvalidMessageException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The picture that a request starts from. What is null is left to the model.
 *
 * @param image of any size with the proportions of the model's images; it is brought to their size
 * @param mask of the same size as the image: white is painted anew (Lugmayr et al. 2022), black stays as it is, grey is a
 *     blend; null paints all of it anew, as far as the strength goes (Meng et al. 2022, SDEdit)
 * @param strength share of the steps that is run, 0 … 1; at least one is
 * @param addNoise whether the noise of the first step that is run is put on the image, or is on it already
 * @param resamples how often each stretch of an inpainting is run, 1 … 20; 1 is masking alone
 */
public record SourceImage(
        Pixels image,
        @Nullable Pixels mask,
        @Nullable Double strength,
        @Nullable Boolean addNoise,
        @Nullable Integer resamples) {
    /** Usual share of the steps without a mask. It keeps the main features of the picture. */
    private static final double USUAL_STRENGTH = .5;

    /** Usual share with a mask: all steps run, so that the masked region is painted anew. */
    private static final double INPAINTING_STRENGTH = 1;

    /** Usual number of times that each stretch of an inpainting runs; docs/image-to-image.md explains the choice. */
    private static final int USUAL_RESAMPLES = 4;

    private static final double SAME_PROPORTIONS = .01;

    /** @throws InvalidMessageException naming every component that doesn't fit another one */
    public SourceImage {
        FieldChecks checks = new FieldChecks();
        if (mask != null) {
            String size = image.width() + "x" + image.height();
            String masks = mask.width() + "x" + mask.height();
            checks.that("/mask", "of " + masks + " pixels", masks.equals(size), "of the image's " + size);
        }
        boolean adds = addNoise == null || addNoise;
        checks.that("/add_noise", adds, adds || mask == null, "true with a mask")
                .that(
                        "/add_noise",
                        adds,
                        adds || strength == null || strength != 1,
                        "true where strength is 1: nothing is left of the image")
                .orThrow();
    }

    /** With nothing left to the model. */
    public SourceImage(Pixels image, @Nullable Pixels mask, double strength, boolean addNoise, int resamples) {
        this(image, mask, Double.valueOf(strength), Boolean.valueOf(addNoise), Integer.valueOf(resamples));
    }

    /** The same for a diffusion model, with nothing left to it. */
    public SourceImage withUsual() {
        return new SourceImage(image, mask, strengthOrUsual(), addsNoise(), resamplesOrUsual());
    }

    /** The strength, or what it usually is. */
    public double strengthOrUsual() {
        return strength != null ? strength : mask == null ? USUAL_STRENGTH : INPAINTING_STRENGTH;
    }

    /** Whether noise is added, as it usually is. */
    public boolean addsNoise() {
        return addNoise == null || addNoise;
    }

    /** How often each stretch of an inpainting is run, or how often it usually is. */
    public int resamplesOrUsual() {
        return resamples == null ? USUAL_RESAMPLES : resamples;
    }

    /** The error of a picture whose proportions are not those of {@code width} x {@code height}; empty if they are. */
    public Optional<FieldError> misfit(int width, int height) {
        double proportion = (double) image.width() / image.height() * height / width;
        return Math.abs(proportion - 1) <= SAME_PROPORTIONS
                ? Optional.empty()
                : Optional.of(new FieldError(
                        "/image",
                        "image of " + image.width() + "x" + image.height() + " must have the proportions of " + width
                                + "x" + height + ", to which it is resized"));
    }

    /**
     * The picture at the size and with the channels of a model's images. What has that size already stays as it is.
     *
     * @param channels 1 (grey) or 3 (RGB)
     */
    public SourceImage fitted(int width, int height, int channels) {
        Resampling resampling = image.width() > width ? Resampling.AREA : Resampling.BICUBIC;
        return new SourceImage(
                resampling.resize(image.withChannels(channels), width, height),
                mask == null ? null : Resampling.AREA.resize(mask.withChannels(1), width, height),
                strength,
                addNoise,
                resamples);
    }
}
