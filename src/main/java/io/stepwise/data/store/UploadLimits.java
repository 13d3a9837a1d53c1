package io.stepwise.data.store;

import io.stepwise.data.Pictures;
import io.stepwise.image.ImageReading;

/**
 * What uploads may bring at most. They are enforced while the bytes arrive, whatever headers promise.
 *
 * @param maxBytes of one upload: of what is sent, and of what it unpacks to; 1 … 2^40
 * @param maxFiles in one upload, folders not counted; at least 1
 * @param maxPictureBytes of one picture, 1 … 256 MiB
 * @param maxPixels width times height of one picture, 1 … {@link ImageReading#MAX_PIXELS}, what training reads
 * @param maxRatio unpacked bytes per packed byte, 1 … a million; pictures hardly shrink
 * @param concurrency uploads at once, at least 1
 */
public record UploadLimits(
        long maxBytes, int maxFiles, int maxPictureBytes, long maxPixels, int maxRatio, int concurrency) {
    /** The largest {@link #maxPictureBytes}: what training reads. */
    public static final int MAX_PICTURE_BYTES = Pictures.MAX_FILE_BYTES;

    /** 8 GiB, half a million files, pictures of 64 MiB and 64 megapixels, 200-fold, two at once. */
    public static final UploadLimits DEFAULT =
            new UploadLimits(8L << 30, 500_000, 64 << 20, ImageReading.MAX_PIXELS, 200, 2);

    public UploadLimits {
        check("maxBytes", maxBytes, 1L << 40);
        check("maxFiles", maxFiles, Integer.MAX_VALUE);
        check("maxPictureBytes", maxPictureBytes, MAX_PICTURE_BYTES);
        check("maxPixels", maxPixels, ImageReading.MAX_PIXELS);
        check("maxRatio", maxRatio, 1_000_000);
        check("concurrency", concurrency, Integer.MAX_VALUE);
    }

    private static void check(String name, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " " + value + " must be in [1, " + most + "]");
        }
    }
}
