package io.stepwise.evaluation;

import io.stepwise.image.Pixels;
import java.util.Arrays;
import java.util.List;

/**
 * Images of one size in one array: {@code data[((n * height + y) * width + x) * channels + c]}.
 *
 * @param count images, at least 2
 * @param height rows, at least 7: a patch must fit
 * @param width columns, the same
 * @param channels 1 (grey) or 3 (RGB)
 * @param data {@code count * height * width * channels} samples 0 … 255 as unsigned bytes; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ImageSet(int count, int height, int width, int channels, byte[] data) {
    /** The least height and width. */
    public static final int LEAST_SIDE = 7;

    public ImageSet {
        if (count < 2) {
            throw new IllegalArgumentException("count " + count + " must be 2 or more");
        }
        if (height < LEAST_SIDE || width < LEAST_SIDE) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be at least 7x7");
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels " + channels + " must be 1 or 3");
        }
        long expected = (long) count * height * width * channels;
        if (data.length != expected) {
            throw new IllegalArgumentException("data has " + data.length + " bytes, must be " + expected);
        }
    }

    /**
     * Gathers images into one array.
     *
     * @param images at least 2, all of one size and number of channels; copied
     */
    public static ImageSet of(List<Pixels> images) {
        if (images.size() < 2) {
            throw new IllegalArgumentException("count " + images.size() + " must be 2 or more");
        }
        Pixels first = images.get(0);
        int size = first.data().length;
        byte[] data = new byte[Math.multiplyExact(images.size(), size)];
        for (int n = 0; n < images.size(); n++) {
            Pixels image = images.get(n);
            if (image.width() != first.width()
                    || image.height() != first.height()
                    || image.channels() != first.channels()) {
                throw new IllegalArgumentException("image " + n + " is " + image + ", must be as the first: " + first);
            }
            System.arraycopy(image.data(), 0, data, n * size, size);
        }
        return new ImageSet(images.size(), first.height(), first.width(), first.channels(), data);
    }

    /** A sample of image {@code n}, 0 … 255. */
    int sample(int n, int x, int y, int channel) {
        return data[((n * height + y) * width + x) * channels + channel] & 0xff;
    }

    /** Image number {@code n}; a copy. */
    Pixels image(int n) {
        int size = height * width * channels;
        return new Pixels(width, height, channels, Arrays.copyOfRange(data, n * size, (n + 1) * size));
    }

    /** @throws IllegalArgumentException if {@code other}'s images have another size or number of channels */
    void requireSameShape(ImageSet other) {
        if (height != other.height || width != other.width || channels != other.channels) {
            throw new IllegalArgumentException(this + " and " + other + " must be of one size and number of channels");
        }
    }

    @Override
    public String toString() {
        return "ImageSet[" + count + " of " + width + "x" + height + "x" + channels + "]";
    }
}
