package io.stepwise.evaluation;

import io.stepwise.image.Pixels;
import io.stepwise.image.Resampling;
import java.util.Arrays;
import java.util.Random;

/**
 * Describes images by the outputs of a small convolutional network with fixed random weights. Nothing is learned, so
 * nothing has to be downloaded, and pictures of every kind are treated alike. Naeem et al. 2020
 * (https://arxiv.org/abs/2002.09797, section 5.1) find such features fit to compare sets of images that are unlike the
 * photographs that known networks were trained on. Numbers that are made from them can't be compared with numbers that
 * are made from the features of Inception.
 *
 * <p>The network: an image of 32x32 samples in -1 … 1, three levels of 3x3 convolution without bias (zeros around), ReLU
 * and the mean of 2x2 fields, with 16, 32 and 64 channels, and a dense layer to {@link #DIMENSIONS}. Weights are normal
 * with variance 2 / inputs (He et al. 2015), those of the dense layer 1 / inputs.
 */
final class RandomFeatures {
    /** The length of a feature vector. */
    static final int DIMENSIONS = 64;

    private static final int SIDE = 32;
    private static final int[] CHANNELS = {16, 32, 64};
    private static final long SEED = 0;

    private final float[][] filters = new float[CHANNELS.length][];
    private final float[] dense;

    /** @param channels of the images, 1 or 3 */
    RandomFeatures(int channels) {
        Random random = new Random(SEED);
        int in = channels;
        for (int level = 0; level < CHANNELS.length; level++) {
            filters[level] = normal(random, CHANNELS[level] * in * 9, 2.0 / (9 * in));
            in = CHANNELS[level];
        }
        int last = SIDE >> CHANNELS.length;
        dense = normal(random, DIMENSIONS * in * last * last, 1.0 / (in * last * last));
    }

    /** One vector for each image, {@code [images][DIMENSIONS]}. */
    double[][] of(ImageSet images) {
        double[][] features = new double[images.count()][];
        Arrays.setAll(features, n -> vector(images.image(n)));
        return features;
    }

    private double[] vector(Pixels image) {
        Pixels small = Resampling.AREA.resize(image, SIDE, SIDE);
        float[] values = new float[small.data().length];
        small.toSigned(values, 0, false);
        int side = SIDE;
        for (float[] filter : filters) {
            values = pooled(convolved(values, side, filter), side);
            side /= 2;
        }
        double[] vector = new double[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            for (int j = 0; j < values.length; j++) {
                vector[i] += dense[i * values.length + j] * values[j];
            }
        }
        return vector;
    }

    /** The ReLU of a 3x3 convolution of {@code [in][side][side]} with {@code [out][in][3][3]}: {@code [out][side][side]}. */
    private static float[] convolved(float[] input, int side, float[] filter) {
        int area = side * side;
        int in = input.length / area;
        float[] output = new float[filter.length / (9 * in) * area];
        for (int f = 0; f < filter.length; f++) {
            int dy = f / 3 % 3 - 1;
            int dx = f % 3 - 1;
            int from = f / 9 % in * area;
            int to = f / (9 * in) * area;
            for (int y = Math.max(0, -dy); y < Math.min(side, side - dy); y++) {
                int source = from + (y + dy) * side + dx;
                int target = to + y * side;
                for (int x = Math.max(0, -dx); x < Math.min(side, side - dx); x++) {
                    output[target + x] += filter[f] * input[source + x];
                }
            }
        }
        for (int i = 0; i < output.length; i++) {
            output[i] = Math.max(0, output[i]);
        }
        return output;
    }

    /** The means of 2x2 fields. */
    private static float[] pooled(float[] input, int side) {
        int half = side / 2;
        float[] output = new float[input.length / 4];
        for (int i = 0; i < output.length; i++) {
            int corner = i / half * 2 * side + i % half * 2;
            output[i] = (input[corner] + input[corner + 1] + input[corner + side] + input[corner + side + 1]) / 4;
        }
        return output;
    }

    private static float[] normal(Random random, int count, double variance) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * Math.sqrt(variance));
        }
        return values;
    }
}
