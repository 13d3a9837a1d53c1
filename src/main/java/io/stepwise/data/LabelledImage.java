package io.stepwise.data;

import io.stepwise.image.Pixels;

/**
 * An image and its class.
 *
 * @param label index into {@link ImageDataset#labels()}, or {@link #NO_LABEL}
 */
public record LabelledImage(Pixels pixels, int label) {
    /** The label of an image without a class. */
    public static final int NO_LABEL = -1;

    public LabelledImage {
        if (label < NO_LABEL) {
            throw new IllegalArgumentException("label " + label + " must be at least " + NO_LABEL);
        }
    }
}
