package io.stepwise.serving.request;

import io.stepwise.image.Pixels;
import org.jspecify.annotations.Nullable;

/**
 * The picture that a request starts from.
 *
 * @param image of any size with the proportions of the model's images; it is brought to their size
 * @param mask of the same size as the image: white is painted anew (Lugmayr et al. 2022), black stays as it is, grey is a
 *     blend; null paints all of it anew, as far as the strength goes (Meng et al. 2022, SDEdit)
 * @param strength share of the steps that is run, 0 … 1; at least one is
 * @param addNoise whether the noise of the first step that is run is put on the image, or is on it already
 * @param resamples how often each stretch of an inpainting is run, 1 … {@value #MAX_RESAMPLES}; 1 is masking alone
 */
public record SourceImage(Pixels image, @Nullable Pixels mask, double strength, boolean addNoise, int resamples) {
    /** Beyond this nothing is gained. */
    public static final int MAX_RESAMPLES = 20;

    /** Share of the steps that is run where a request doesn't say, without a mask: what is seen of the image stays. */
    public static final double DEFAULT_STRENGTH = .5;

    /** How often each stretch of an inpainting is run where a request doesn't say; docs/image-to-image.md shows why. */
    public static final int DEFAULT_RESAMPLES = 4;

    /** @throws IllegalArgumentException naming the component, its value and its range */
    public SourceImage {
        if (!(strength >= 0 && strength <= 1)) {
            throw new IllegalArgumentException("strength " + strength + " must be 0 … 1");
        }
        if (resamples < 1 || resamples > MAX_RESAMPLES) {
            throw new IllegalArgumentException("resamples " + resamples + " must be 1 … " + MAX_RESAMPLES);
        }
        if (mask != null && (mask.width() != image.width() || mask.height() != image.height())) {
            throw new IllegalArgumentException("mask of " + mask.width() + "x" + mask.height()
                    + " must have the image's " + image.width() + "x" + image.height());
        }
        if (!addNoise && (mask != null || strength == 1)) {
            throw new IllegalArgumentException("addNoise must be true with a mask, and with strength 1");
        }
    }
}
