package io.stepwise.data;

import java.util.List;

/**
 * Images with labels, addressed by index. {@link #get} may be called from several threads at once and gives the same
 * image for the same index every time.
 */
public interface ImageDataset extends AutoCloseable {
    /** What the data set is called, for logs and manifests. */
    String name();

    /** Class names in the order of the label numbers; empty when the images carry no labels. */
    List<String> labels();

    /** Number of images, at least 1. */
    long size();

    /**
     * The image number {@code index}.
     *
     * @throws IndexOutOfBoundsException when {@code index} is not in 0 … {@link #size()} − 1
     */
    LabelledImage get(long index);

    /**
     * The label of the image number {@code index}, which costs less than the image.
     *
     * @throws IndexOutOfBoundsException when {@code index} is not in 0 … {@link #size()} − 1
     */
    default int label(long index) {
        return get(index).label();
    }

    /** Releases files; the data set cannot be used afterwards. */
    @Override
    void close();
}
