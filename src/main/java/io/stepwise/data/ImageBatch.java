package io.stepwise.data;

/**
 * A batch of training images, ready for the network.
 *
 * @param images [B,C,H,W] in [-1,1]
 * @param labels [B]; {@link LabelledImage#NO_LABEL} for an image without a label
 * @param size B, at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // passed to the tensor code unchanged
public record ImageBatch(float[] images, int[] labels, int size) {
    public ImageBatch {
        if (size < 1 || labels.length != size || images.length % size != 0) {
            throw new IllegalArgumentException("size " + size + " must be at least 1 and fit " + images.length
                    + " samples and " + labels.length + " labels");
        }
    }
}
