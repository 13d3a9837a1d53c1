package io.stepwise.data;

import java.util.List;
import java.util.Objects;

/** Some images of a data set, in their order. Closing it leaves the data set open. */
public final class SubsetDataset implements ImageDataset {
    private final ImageDataset whole;
    private final long[] indices;

    /**
     * @param whole remains the caller's
     * @param indices of the images in {@code whole}, at least one; copied
     */
    public SubsetDataset(ImageDataset whole, long[] indices) {
        this.whole = whole;
        this.indices = indices.clone();
    }

    @Override
    public String name() {
        return whole.name();
    }

    @Override
    public List<String> labels() {
        return whole.labels();
    }

    @Override
    public long size() {
        return indices.length;
    }

    @Override
    public LabelledImage get(long index) {
        return whole.get(inWhole(index));
    }

    @Override
    public int label(long index) {
        return whole.label(inWhole(index));
    }

    @Override
    public String key(long index) {
        return whole.key(inWhole(index));
    }

    private long inWhole(long index) {
        return indices[(int) Objects.checkIndex(index, size())];
    }

    @Override
    public void close() {
        // the images are the whole data set's
    }
}
