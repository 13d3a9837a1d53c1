package io.stepwise.training.kind;

import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;

/** The standard deviation of a data set's images in [-1, 1], over all pixels and channels: the σ_data of edm. */
public final class PixelDeviation {
    private static final int MOST_IMAGES = 512;

    private PixelDeviation() {}

    /** Of at most 512 images, spread evenly over the data set. */
    public static double of(ImageDataset dataset) {
        int count = (int) Math.min(MOST_IMAGES, dataset.size());
        long values = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            Pixels pixels = dataset.get(i * dataset.size() / count).pixels();
            float[] signed = new float[pixels.data().length];
            pixels.toSigned(signed, 0, false);
            for (double value : signed) {
                sum += value;
                squares += value * value;
            }
            values += signed.length;
        }
        double mean = sum / values;
        return Math.sqrt(Math.max(squares / values - mean * mean, Double.MIN_NORMAL));
    }
}
