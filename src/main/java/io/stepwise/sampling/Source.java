package io.stepwise.sampling;

import io.stepwise.diffusion.NoiseLevel;
import org.jspecify.annotations.Nullable;

/**
 * The image that a row is made from.
 *
 * @param image [C,H,W] in about [-1,1]; not copied, nobody changes it
 * @param known [C,H,W]: 1 where the image stays as it is, 0 where it is painted anew, or a share of both; null paints all
 *     of it anew. Needs a trajectory whose steps say how noisy the known part is
 * @param start what the row starts from
 */
@SuppressWarnings("ArrayRecordComponent") // copied to the device as it is
public record Source(float[] image, float @Nullable [] known, Start start) {
    /** Registers that a row with a known part holds beside its trajectory's: the image and what is known of it. */
    static final int REGISTERS = 2;

    /** What a row starts from. */
    public enum Start {
        /** Noise alone; the image is only there for what is known of it. */
        NOISE,

        /** The image, with as much noise added as the trajectory's first step expects. */
        NOISED_IMAGE,

        /** The image, which is taken to have that noise already. */
        NOISY_IMAGE
    }

    /** @throws IllegalArgumentException when the two have different sizes */
    public Source {
        if (known != null && known.length != image.length) {
            throw new IllegalArgumentException(
                    "known has " + known.length + " elements, must have " + image.length + " as the image");
        }
    }

    /** The factor of the noise that the row starts from, where {@code scale} is that of noise alone. */
    double noiseScale(NoiseLevel level, double scale) {
        return switch (start) {
            case NOISE -> scale;
            case NOISED_IMAGE -> level.sigma();
            case NOISY_IMAGE -> 0;
        };
    }

    /** Adds to the registers of a row what they hold of the image; r0 holds the noise already. */
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
