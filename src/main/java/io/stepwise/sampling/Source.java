package io.stepwise.sampling;

import io.stepwise.diffusion.NoiseLevel;
import org.jspecify.annotations.Nullable;

/**
 * The image that a row starts from.
 *
 * @param image [C,H,W] in about [-1,1]; not copied, and never changed
 * @param known [C,H,W]: 1 keeps the image, 0 paints it anew, values between blend; null paints everything anew. It
 *     needs a trajectory whose steps state the noise level of the known part
 * @param start the initial state of the row
 */
@SuppressWarnings("ArrayRecordComponent") // copied only to the device
public record Source(float[] image, float @Nullable [] known, Start start) {
    /** Registers that a row with a known part needs in addition to its trajectory's: the image and the mask. */
    static final int REGISTERS = 2;

    /** The initial state of a row. */
    public enum Start {
        /** Pure noise; the image serves only its known part. */
        NOISE,

        /** The image with the noise that the trajectory's first step expects. */
        NOISED_IMAGE,

        /** The image, which is assumed to contain that noise already. */
        NOISY_IMAGE
    }

    /** @throws IllegalArgumentException when image and known differ in size */
    public Source {
        if (known != null && known.length != image.length) {
            throw new IllegalArgumentException(
                    "known has " + known.length + " elements, must have " + image.length + " as the image");
        }
    }

    /** The factor of the initial noise, if {@code scale} is the factor for pure noise. */
    double noiseScale(NoiseLevel level, double scale) {
        return switch (start) {
            case NOISE -> scale;
            case NOISED_IMAGE -> level.sigma();
            case NOISY_IMAGE -> 0;
        };
    }

    /** Adds the image to the registers of a row; r0 already holds the noise. */
    void addTo(float[] registers, NoiseLevel level) {
        int pixels = image.length;
        for (int i = 0; i < pixels && start != Start.NOISE; i++) {
            registers[i] += image[i] * (float) level.alpha();
        }
        if (known != null) {
            System.arraycopy(image, 0, registers, pixels, pixels);
            System.arraycopy(known, 0, registers, 2 * pixels, pixels);
        }
    }
}
