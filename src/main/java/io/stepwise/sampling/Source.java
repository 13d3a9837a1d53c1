package io.stepwise.sampling;

import io.stepwise.diffusion.NoiseLevel;
import org.jspecify.annotations.Nullable;

/**
 * The image that a row is made from.
 *
 * @param image [C,H,W] in about [-1,1]; not copied, nobody changes it
 * @param known [C,H,W]: 1 where the image stays as it is, 0 where it is painted anew, or a share of both; null paints all
 *     of it anew. Needs a trajectory whose steps say how noisy the known part is
 * @param isStart whether the row starts from the image with the noise of the trajectory's start on it, and not from
 *     noise alone
 */
@SuppressWarnings("ArrayRecordComponent") // copied to the device as it is
public record Source(float[] image, float @Nullable [] known, boolean isStart) {
    /** Registers that a row with a known part holds beside its trajectory's: the image and what is known of it. */
    static final int REGISTERS = 2;

    /** @throws IllegalArgumentException when the two have different sizes */
    public Source {
        if (known != null && known.length != image.length) {
            throw new IllegalArgumentException(
                    "known has " + known.length + " elements, must have " + image.length + " as the image");
        }
    }

    /** Adds to the registers of a row what they hold of the image; r0 holds the noise already. */
    void addTo(float[] registers, NoiseLevel start) {
        int pixels = image.length;
        for (int i = 0; i < pixels && isStart; i++) {
            registers[i] += image[i] * (float) start.alpha();
        }
        if (known != null) {
            System.arraycopy(image, 0, registers, pixels, pixels);
            System.arraycopy(known, 0, registers, 2 * pixels, pixels);
        }
    }
}
