package io.stepwise.image;

import java.util.Arrays;

/**
 * An image of 8-bit samples, row by row, channels interleaved: {@code data[(y * width + x) * channels + c]}.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 * @param channels 1 (grey) or 3 (RGB)
 * @param data {@code height * width * channels} samples; not copied, so the caller must not use the array afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // the array is the image data
public record Pixels(int width, int height, int channels, byte[] data) {
    /**
     * If this is added to a float from 0 to 2²², no bits are left for a fraction: the sum is rounded, halves to even.
     */
    private static final float TO_INTEGER = 1.5f * (1 << 23);

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

    /**
     * Converts the output of a model. It rounds as numpy does for diffusers: {@code ((x / 2 + 0.5).clamp(0, 1) *
     * 255).round()} in single precision, halves to even.
     *
     * @param values contains [C,H,W] in [-1,1] from {@code offset} on; values outside are clamped, NaN gives 0
     */
    public static Pixels fromSigned(float[] values, int offset, int channels, int height, int width) {
        int plane = height * width;
        byte[] data = new byte[plane * channels];
        int at = 0;
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < channels; c++) {
                float scaled = (values[offset + c * plane + i] / 2f + 0.5f) * 255f;
                int rounded = (int) (scaled + TO_INTEGER - TO_INTEGER); // NaN becomes 0
                data[at++] = (byte) Math.max(0, Math.min(255, rounded));
            }
        }
        return new Pixels(width, height, channels, data);
    }

    /**
     * Writes this image as [C,H,W] in [-1,1], {@code x / 127.5 - 1}, starting at {@code offset}.
     *
     * @param flipped whether to mirror the image left to right
     */
    public void toSigned(float[] into, int offset, boolean flipped) {
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                int row = offset + (c * height + y) * width;
                for (int x = 0; x < width; x++) {
                    into[row + (flipped ? width - 1 - x : x)] = sample(x, y, c) / 127.5f - 1f;
                }
            }
        }
    }

    /** The part of this image with its upper left corner at ({@code x}, {@code y}); it must be inside the image. */
    public Pixels cropped(int x, int y, int cropWidth, int cropHeight) {
        if (x < 0 || y < 0 || cropWidth > width - x || cropHeight > height - y) {
            throw new IllegalArgumentException("crop " + cropWidth + "x" + cropHeight + " at (" + x + ", " + y
                    + ") must lie inside " + width + "x" + height);
        }
        byte[] cut = new byte[Math.max(cropWidth, 0) * Math.max(cropHeight, 0) * channels];
        for (int row = 0; row < cropHeight; row++) {
            System.arraycopy(
                    data, ((y + row) * width + x) * channels, cut, row * cropWidth * channels, cropWidth * channels);
        }
        return new Pixels(cropWidth, cropHeight, channels, cut);
    }

    /** The largest centred part with the aspect ratio {@code aspectWidth : aspectHeight}. */
    public Pixels centreCropped(int aspectWidth, int aspectHeight) {
        long fullWidth = (long) height * aspectWidth;
        long fullHeight = (long) width * aspectHeight;
        int w = fullWidth < fullHeight ? (int) Math.max(1, fullWidth / aspectHeight) : width;
        int h = fullHeight < fullWidth ? (int) Math.max(1, fullHeight / aspectWidth) : height;
        return w == width && h == height ? this : cropped((width - w) / 2, (height - h) / 2, w, h);
    }

    /** This image with 1 channel (grey; ITU-R 601 luma, as Pillow computes it) or 3 channels (RGB). */
    public Pixels withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        int count = width * height;
        byte[] converted = new byte[count * wanted];
        for (int i = 0; i < count; i++) {
            if (wanted == 1) {
                int red = data[i * 3] & 0xff;
                int green = data[i * 3 + 1] & 0xff;
                int blue = data[i * 3 + 2] & 0xff;
                converted[i] = (byte) ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
            } else {
                Arrays.fill(converted, i * wanted, (i + 1) * wanted, data[i]);
            }
        }
        return new Pixels(width, height, wanted, converted);
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
