package io.stepwise.data;

import java.util.List;
import java.util.Objects;

/**
 * Images with labels, addressed by index. Several threads may call {@link #get} at once; the same index always returns
 * the same image.
 */
public interface ImageDataset extends AutoCloseable {
    /** The name of the data set for logs and manifests. */
    String name();

    /** Class names in the order of the label numbers; empty if the images have no labels. */
    List<String> labels();

    /** The number of images, at least 1. */
    long size();

    /**
     * Returns image number {@code index}.
     *
     * @throws IndexOutOfBoundsException if {@code index} is not in 0 … {@link #size()} − 1
     */
    LabelledImage get(long index);

    /**
     * Returns the label of image number {@code index}. This is cheaper than {@link #get}.
     *
     * @throws IndexOutOfBoundsException if {@code index} is not in 0 … {@link #size()} − 1
     */
    default int label(long index) {
        return get(index).label();
    }

    /**
     * Returns a text that identifies image number {@code index} and stays the same when other images are added: the path
     * of its file, if it has one.
     *
     * @throws IndexOutOfBoundsException if {@code index} is not in 0 … {@link #size()} − 1
     */
    default String key(long index) {
        return String.valueOf(Objects.checkIndex(index, size()));
    }

    /** Closes files. The data set cannot be used afterwards. */
    @Override
    void close();
}
