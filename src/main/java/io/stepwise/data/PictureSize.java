package io.stepwise.data;

/**
 * The size of a picture after its orientation is applied.
 *
 * @param width pixels, at least 1
 * @param height pixels, at least 1
 */
public record PictureSize(int width, int height) {
    public PictureSize {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("size " + width + "x" + height + " must be at least 1x1");
        }
    }

    long pixels() {
        return (long) width * height;
    }
}
