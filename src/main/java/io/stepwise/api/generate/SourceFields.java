package io.stepwise.api.generate;

import io.stepwise.api.http.JsonFields;
import io.stepwise.diffusion.SamplerName;
import io.stepwise.diffusion.Spacing;
import io.stepwise.image.Pixels;
import io.stepwise.serving.request.SourceImage;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The fields of {@code POST /generate} that say which picture it starts from. */
final class SourceFields {
    private static final double INPAINTING_STRENGTH = 1;

    /** Pictures are decoded by as many threads as can do so at a time: each may take a hundred megabytes. */
    private static final Semaphore DECODERS = new Semaphore(Runtime.getRuntime().availableProcessors());

    private final JsonFields fields;

    private SourceFields(JsonFields fields) {
        this.fields = fields;
    }

    /**
     * Reads them. Takes as long as decoding the pictures does.
     *
     * @param maxPixels largest width · height of a picture
     */
    static Optional<SourceImage> read(
            JsonFields fields, long maxPixels, SamplerName sampler, Optional<Spacing> spacing) {
        boolean decodes = fields.has("image") || fields.has("mask");
        if (decodes) { // who sends none doesn't wait for others', least of all the event loop
            DECODERS.acquireUninterruptibly();
        }
        try {
            Optional<Pixels> image = fields.picture("image", maxPixels);
            Optional<Pixels> mask = fields.picture("mask", maxPixels);
            return new SourceFields(fields).read(image, mask, sampler, spacing);
        } finally {
            if (decodes) {
                DECODERS.release();
            }
        }
    }

    private Optional<SourceImage> read(
            Optional<Pixels> image, Optional<Pixels> mask, SamplerName sampler, Optional<Spacing> spacing) {
        if (!fields.has("image")) {
            for (String name : new String[] {"mask", "strength", "add_noise", "resample"}) {
                fields.leftOut(name, "it says what becomes of image, which isn't given");
            }
            return Optional.empty();
        }
        boolean inpaints = fields.has("mask");
        Optional<Double> strength = fields.number("strength", 0, 1);
        Optional<Integer> resamples = Optional.empty();
        boolean addNoise = true;
        if (inpaints) {
            resamples = fields.integer("resample", 1, SourceImage.MAX_RESAMPLES);
            fields.leftOut("add_noise", "with a mask it is always added");
            checkInpainting(image, mask, sampler, spacing);
        } else {
            fields.leftOut("resample", "it says how a mask is painted, which isn't given");
            addNoise = addNoise(strength);
        }
        double share = strength.orElse(inpaints ? INPAINTING_STRENGTH : SourceImage.DEFAULT_STRENGTH);
        return !fields.isRightSoFar()
                ? Optional.empty()
                : Optional.of(new SourceImage(
                        image.orElseThrow(),
                        mask.orElse(null),
                        share,
                        addNoise,
                        resamples.orElse(SourceImage.DEFAULT_RESAMPLES)));
    }

    private boolean addNoise(Optional<Double> strength) {
        boolean addNoise = fields.truth("add_noise").orElse(true);
        if (!addNoise && strength.orElse(SourceImage.DEFAULT_STRENGTH) == 1) {
            fields.reject(
                    "add_noise", "add_noise is false, must be true where strength is 1: nothing is left of the image");
            return true;
        }
        return addNoise;
    }

    private void checkInpainting(
            Optional<Pixels> image, Optional<Pixels> mask, SamplerName sampler, Optional<Spacing> spacing) {
        if (!sampler.inpaints()) {
            fields.reject(
                    "sampler",
                    "sampler is \"" + sampler.wireName() + "\", must be one of "
                            + SamplerName.INPAINTING.stream()
                                    .map(SamplerName::wireName)
                                    .toList()
                            + " with a mask");
        } else if (spacing.isPresent()) {
            fields.reject(
                    "spacing",
                    "spacing is \"" + spacing.get().wireName()
                            + "\", must be left out with a mask, which is painted along timesteps of its own");
        }
        if (image.isPresent() && mask.isPresent()) {
            Pixels picture = image.get();
            Pixels painted = mask.get();
            if (picture.width() != painted.width() || picture.height() != painted.height()) {
                fields.reject(
                        "mask",
                        "mask is of " + painted.width() + "x" + painted.height() + " pixels, must be of the image's "
                                + picture.width() + "x" + picture.height());
            }
        }
    }
}
