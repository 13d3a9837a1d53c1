package io.stepwise.training.spec;

/**
 * What the data set's images are scaled and cropped to.
 *
 * @param height rows, 8 … 1024; the U-Net also wants a multiple of two to the number of its downsamplings
 * @param width columns, the same
 */
public record ImageSize(int height, int width) {
    public ImageSize {
        new FieldChecks()
                .range("/0", height, 8, 1024)
                .range("/1", width, 8, 1024)
                .orThrow();
    }

    /** As many columns as rows. */
    static ImageSize square(int side) {
        new FieldChecks().range("", side, 8, 1024).orThrow();
        return new ImageSize(side, side);
    }
}
