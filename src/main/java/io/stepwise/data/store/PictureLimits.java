package io.stepwise.data.store;

import io.stepwise.data.Pictures;
import io.stepwise.image.ImageReading;
import io.stepwise.upload.UploadLimits;

/**
 * Limits for an upload of pictures.
 *
 * @param maxPictureBytes bytes of one picture, 1 … 256 MiB
 * @param maxPixels width times height of one picture, 1 … {@link ImageReading#MAX_PIXELS}, the limit of training
 */
public record PictureLimits(UploadLimits upload, int maxPictureBytes, long maxPixels) {
    /** The largest {@link #maxPictureBytes}, which is the limit of training. */
    public static final int MAX_PICTURE_BYTES = Pictures.MAX_FILE_BYTES;

    /**
     * 8 GiB, half a million files, compression ratio 200, two uploads at once; pictures of 64 MiB and 64 megapixels.
     */
    public static final PictureLimits DEFAULT =
            new PictureLimits(new UploadLimits(8L << 30, 500_000, 200, 2), 64 << 20, ImageReading.MAX_PIXELS);

    public PictureLimits {
        if (maxPictureBytes < 1 || maxPictureBytes > MAX_PICTURE_BYTES) {
            throw new IllegalArgumentException(
                    "maxPictureBytes " + maxPictureBytes + " must be in [1, " + MAX_PICTURE_BYTES + "]");
        }
        if (maxPixels < 1 || maxPixels > ImageReading.MAX_PIXELS) {
            throw new IllegalArgumentException(
                    "maxPixels " + maxPixels + " must be in [1, " + ImageReading.MAX_PIXELS + "]");
        }
    }
}
