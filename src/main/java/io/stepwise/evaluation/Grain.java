package io.stepwise.evaluation;

import java.util.Arrays;

/**
 * How rough the smoothest parts of images are, in levels of 0 … 255. Plain and evenly shaded surfaces of real pictures are
 * smooth; a network that has not learned the last traces of noise leaves grain on them.
 *
 * <p>An image is cut into square patches. The roughness of a patch is the root mean square of what remains of its samples
 * after a plane was fitted to each channel (three degrees of freedom are taken off). The grain of an image is the roughness
 * that a tenth of its patches stay below, the grain of a set the median over its images. Rounding to whole levels alone makes
 * 1/√12 = 0.29 of a shaded surface, and 0 of a plain one.
 */
public final class Grain {
    private static final int PATCHES_ACROSS = 8;
    private static final int SMALLEST_PATCH = 4;
    private static final double SMOOTHEST_SHARE = 0.1;
    private static final int PLANE = 3;

    private Grain() {}

    /** The grain of a set of images, 0 or more. */
    public static double of(ImageSet images) {
        double[] grains = new double[images.count()];
        for (int n = 0; n < grains.length; n++) {
            grains[n] = quantile(roughness(images, n), SMOOTHEST_SHARE);
        }
        return quantile(grains, 0.5);
    }

    /** Of every whole patch of image {@code n}. */
    private static double[] roughness(ImageSet images, int n) {
        int side = Math.max(SMALLEST_PATCH, Math.min(images.width(), images.height()) / PATCHES_ACROSS);
        int across = images.width() / side;
        double[] patches = new double[across * (images.height() / side)];
        for (int i = 0; i < patches.length; i++) {
            double variance = 0;
            for (int c = 0; c < images.channels(); c++) {
                variance += aroundPlane(images, n, i % across * side, i / across * side, c, side) / images.channels();
            }
            patches[i] = Math.sqrt(variance);
        }
        return patches;
    }

    /** The variance around the plane of least squares; coordinates count from the patch's middle, so its terms are orthogonal. */
    private static double aroundPlane(ImageSet images, int n, int left, int top, int channel, int side) {
        double middle = (side - 1) / 2.0;
        double sum = 0;
        double squares = 0;
        double alongX = 0;
        double alongY = 0;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                double sample = images.sample(n, left + x, top + y, channel);
                sum += sample;
                squares += sample * sample;
                alongX += sample * (x - middle);
                alongY += sample * (y - middle);
            }
        }
        int pixels = side * side;
        double slopes = pixels * (pixels - 1.0) / 12; // the sum of (x - middle)² over the patch
        double rest = squares - sum * sum / pixels - (alongX * alongX + alongY * alongY) / slopes;
        return Math.max(0, rest) / (pixels - PLANE);
    }

    /** The value that {@code share} of the values stay below or at; sorts them. */
    private static double quantile(double[] values, double share) {
        Arrays.sort(values);
        return values[(int) (share * (values.length - 1))];
    }
}
