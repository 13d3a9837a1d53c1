package io.stepwise.training;

import io.stepwise.data.ImageDataset;
import io.stepwise.image.Pixels;

/** The standard deviation of a data set's images in [-1, 1], over all pixels and channels: the σ_data of edm. */
final class PixelDeviation {
    private static final int MOST_IMAGES = 512;
    private static final double HALF_RANGE = 127.5;

    private PixelDeviation() {}

    /** Of at most 512 images, spread evenly over the data set. */
    static double of(ImageDataset dataset) {
        int count = (int) Math.min(MOST_IMAGES, dataset.size());
        long values = 0;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            Pixels pixels = dataset.get(i * dataset.size() / count).pixels();
            for (int y = 0; y < pixels.height(); y++) {
                for (int x = 0; x < pixels.width(); x++) {
                    for (int c = 0; c < pixels.channels(); c++) {
                        double value = pixels.sample(x, y, c) / HALF_RANGE - 1;
                        sum += value;
                        squares += value * value;
                        values++;
                    }
                }
            }
        }
        double mean = sum / values;
        return Math.sqrt(Math.max(squares / values - mean * mean, Double.MIN_NORMAL));
    }
}
