package io.stepwise.image;

/**
 * Resizes images. Samples are averaged as stored (sRGB), as in Pillow and torchvision.
 *
 * <p>Both methods are separable: first every row, then every column; each output sample is a weighted mean of input
 * samples.
 */
public enum Resampling {
    /** Each output pixel is the exact mean of the area that it covers; used to shrink images. */
    AREA(0.5) {
        @Override
        double weight(double from, double to) {
            return Math.max(0, Math.min(to, 0.5) - Math.max(from, -0.5));
        }
    },

    /** Keys' cubic (a = −1/2), widened when it shrinks images, as in Pillow; sharp, used to enlarge images. */
    BICUBIC(2) {
        @Override
        double weight(double from, double to) {
            double x = Math.abs((from + to) / 2);
            if (x < 1) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    };

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    /**
     * @param width pixels, at least 1
     * @param height pixels, at least 1
     */
    public Pixels resize(Pixels image, int width, int height) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be at least 1x1");
        }
        if (width == image.width() && height == image.height()) {
            return image;
        }
        int channels = image.channels();
        float[] narrow = new float[image.height() * width * channels];
        Weights across = new Weights(image.width(), width);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    for (int k = 0; k < across.count[x]; k++) {
                        sum += across.weights[x][k] * image.sample(across.first[x] + k, y, c);
                    }
                    narrow[(y * width + x) * channels + c] = sum;
                }
            }
        }
        return columns(narrow, image.height(), width * channels, height, width, channels);
    }

    private Pixels columns(float[] narrow, int inHeight, int stride, int height, int width, int channels) {
        byte[] data = new byte[height * stride];
        Weights down = new Weights(inHeight, height);
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < stride; i++) {
                float sum = 0;
                for (int k = 0; k < down.count[y]; k++) {
                    sum += down.weights[y][k] * narrow[(down.first[y] + k) * stride + i];
                }
                data[y * stride + i] = (byte) (int) Math.rint(Math.max(0, Math.min(255, sum)));
            }
        }
        return new Pixels(width, height, channels, data);
    }

    /**
     * The weight of an input sample that covers {@code from} to {@code to}, in output pixels relative to the centre.
     */
    abstract double weight(double from, double to);

    /** For every output position: the input samples that it uses, and their weights. */
    private final class Weights {
        final int[] first;
        final int[] count;
        final float[][] weights;

        Weights(int in, int out) {
            first = new int[out];
            count = new int[out];
            weights = new float[out][];
            double scale = (double) in / out;
            double stretch = Math.max(scale, 1);
            for (int o = 0; o < out; o++) {
                double centre = (o + 0.5) * scale;
                first[o] = (int) Math.max(0, Math.floor(centre - support * stretch));
                int end = (int) Math.min(in, Math.ceil(centre + support * stretch));
                count[o] = end - first[o];
                weights[o] = normalised(first[o], count[o], centre, stretch);
            }
        }

        private float[] normalised(int from, int n, double centre, double stretch) {
            double[] raw = new double[n];
            double sum = 0;
            for (int k = 0; k < n; k++) {
                raw[k] = weight((from + k - centre) / stretch, (from + k + 1 - centre) / stretch);
                sum += raw[k];
            }
            float[] result = new float[n];
            for (int k = 0; k < n; k++) {
                result[k] = (float) (raw[k] / sum);
            }
            return result;
        }
    }
}
