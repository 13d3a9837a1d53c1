package io.stepwise.image;

import java.util.Arrays;

/**
 * An image of 8-bit samples, row by row, channels interleaved: {@code data[(y * width + x) * channels + c]}.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param channels 1 (grey) or 3 (RGB)
 * @param data {@code height * width * channels} samples; not copied, the caller gives it away
 */
public record Pixels(int width, int height, int channels, byte[] data) {
    public Pixels {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be at least 1x1");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels " + channels + " must be 1 or 3");
        }
        long expected = (long) width * height * channels;
        if (data.length != expected) {
            throw new IllegalArgumentException("data has " + data.length + " bytes, must be " + expected);
        }
    }

    /** The sample at ({@code x}, {@code y}) of channel {@code c}, 0 … 255. */
    public int sample(int x, int y, int c) {
        return data[(y * width + x) * channels + c] & 0xff;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels that
                && width == that.width
                && height == that.height
                && channels == that.channels
                && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * width + height) + channels) + Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "Pixels[" + width + "x" + height + "x" + channels + "]";
    }
}
