package io.stepwise.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits images into bands of detail: every level but the last holds what its half-sized version, blown up again, can't
 * show (Burt and Adelson 1983); blurring is by the 5x5 binomial filter, borders mirror without repeating the edge.
 */
final class LaplacianPyramid {
    private static final float[] BINOMIAL = {1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f};
    private static final int SMALLEST_SIDE = 16;

    /**
     * Samples of one level.
     *
     * @param data {@code [planes, height, width]}, an image's channels being neighbouring planes
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Level(int planes, int height, int width, float[] data) {}

    private LaplacianPyramid() {}

    /** How many levels images of this size have: sides halve while they are even and stay at least 16. */
    static int levels(int height, int width) {
        boolean halves = height % 2 == 0 && width % 2 == 0 && Math.min(height, width) / 2 >= SMALLEST_SIDE;
        return halves ? 1 + levels(height / 2, width / 2) : 1;
    }

    /** The bands, from the finest to what is left. */
    static List<Level> of(ImageSet images) {
        List<Level> pyramid = new ArrayList<>();
        Level level = planes(images);
        for (int left = levels(images.height(), images.width()); left > 1; left--) {
            Level half = half(blur(level));
            Level blownUp = blur(twice(level, half));
            for (int i = 0; i < level.data().length; i++) {
                level.data()[i] -= blownUp.data()[i];
            }
            pyramid.add(level);
            level = half;
        }
        pyramid.add(level);
        return pyramid;
    }

    private static Level planes(ImageSet images) {
        int channels = images.channels();
        int area = images.height() * images.width();
        float[] data = new float[images.data().length];
        for (int i = 0; i < data.length; i++) {
            int image = i / (area * channels);
            int pixel = i / channels % area;
            data[(image * channels + i % channels) * area + pixel] = images.data()[i] & 0xff;
        }
        return new Level(images.count() * channels, images.height(), images.width(), data);
    }

    private static Level half(Level level) {
        int height = level.height() / 2;
        int width = level.width() / 2;
        float[] data = new float[level.planes() * height * width];
        for (int i = 0; i < data.length; i++) {
            int y = i / width % height;
            int plane = i / (width * height);
            data[i] = level.data()[(plane * level.height() + 2 * y) * level.width() + 2 * (i % width)];
        }
        return new Level(level.planes(), height, width, data);
    }

    /** Every second sample from {@code half}, four times as strong, zeros between. */
    private static Level twice(Level size, Level half) {
        float[] data = new float[size.data().length];
        for (int i = 0; i < half.data().length; i++) {
            int y = i / half.width() % half.height();
            int plane = i / (half.width() * half.height());
            data[(plane * size.height() + 2 * y) * size.width() + 2 * (i % half.width())] = 4 * half.data()[i];
        }
        return new Level(size.planes(), size.height(), size.width(), data);
    }

    private static Level blur(Level level) {
        int height = level.height();
        int width = level.width();
        float[] rows = new float[level.data().length];
        for (int start = 0; start < rows.length; start += width) {
            for (int x = 0; x < width; x++) {
                float sum = 0;
                for (int tap = -2; tap <= 2; tap++) {
                    sum += BINOMIAL[tap + 2] * level.data()[start + mirror(x + tap, width)];
                }
                rows[start + x] = sum;
            }
        }
        float[] both = new float[rows.length];
        for (int row = 0; row < level.planes() * height; row++) {
            int plane = row / height;
            for (int tap = -2; tap <= 2; tap++) {
                int from = (plane * height + mirror(row % height + tap, height)) * width;
                for (int x = 0; x < width; x++) {
                    both[row * width + x] += BINOMIAL[tap + 2] * rows[from + x];
                }
            }
        }
        return new Level(level.planes(), height, width, both);
    }

    private static int mirror(int i, int size) {
        return i < 0 ? -i : i < size ? i : 2 * (size - 1) - i;
    }
}
