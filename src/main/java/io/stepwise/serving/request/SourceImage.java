package io.stepwise.serving.request;

import io.stepwise.image.Pixels;
import io.stepwise.schema.FieldChecks;
import io.stepwise.schema.InvalidMessageException;
import org.jspecify.annotations.Nullable;

/**
 * The picture that a request starts from.
 *
 * @param image of any size with the proportions of the model's images; it is brought to their size
 * @param mask of the same size as the image: white is painted anew (Lugmayr et al. 2022), black stays as it is, grey is a
 *     blend; null paints all of it anew, as far as the strength goes (Meng et al. 2022, SDEdit)
 * @param strength share of the steps that is run, 0 … 1; at least one is
 * @param addNoise whether the noise of the first step that is run is put on the image, or is on it already
 * @param resamples how often each stretch of an inpainting is run, 1 … 20; 1 is masking alone
 */
public record SourceImage(Pixels image, @Nullable Pixels mask, double strength, boolean addNoise, int resamples) {
    /** @throws InvalidMessageException naming every component that doesn't fit another one */
    public SourceImage {
        FieldChecks checks = new FieldChecks();
        if (mask != null) {
            String size = image.width() + "x" + image.height();
            String masks = mask.width() + "x" + mask.height();
            checks.that("/mask", "of " + masks + " pixels", masks.equals(size), "of the image's " + size);
        }
        checks.that("/add_noise", addNoise, addNoise || mask == null, "true with a mask")
                .that(
                        "/add_noise",
                        addNoise,
                        addNoise || strength != 1,
                        "true where strength is 1: nothing is left of the image")
                .orThrow();
    }
}
