package io.stepwise.data;

import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import io.stepwise.image.UnreadableImageException;

/**
 * The shape of all images of a data set. An image is cropped to its largest centred part with the target's aspect
 * ratio, resized (area averaging to shrink, bicubic to enlarge) and converted to grey or RGB.
 *
 * @param width pixels, 1 … 4096
 * @param height pixels, 1 … 4096
 * @param channels 1 (grey) or 3 (RGB)
 */
public record Framing(int width, int height, int channels) {
    private static final int MAX_SIDE = 4096;

    public Framing {
        if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE) {
            throw new IllegalArgumentException(
                    "size " + width + "x" + height + " must be in [1, " + MAX_SIDE + "] both ways");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels " + channels + " must be 1 or 3");
        }
    }

    Pixels frame(Pixels image) {
        Pixels cut = image.centreCropped(width, height);
        Resampling resampling = cut.width() >= width && cut.height() >= height ? Resampling.AREA : Resampling.BICUBIC;
        return resampling.resize(cut.withChannels(channels), width, height);
    }

    /** Decodes and frames a picture; an error message names the file. */
    Pixels decode(String name, byte[] file) {
        try {
            return frame(ImageReading.read(file, ImageReading.MAX_PIXELS));
        } catch (UnreadableImageException e) {
            throw new UnreadableImageException(name + ": " + e.getMessage(), e);
        }
    }
}
