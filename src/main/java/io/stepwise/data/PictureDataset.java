package io.stepwise.data;

import java.util.List;

/** A data set of picture files: the common part of folders and archives. */
public abstract sealed class PictureDataset implements ImageDataset permits FolderDataset, ZipDataset {
    private final String name;

    public PictureDataset(String name) {
        this.name = name;
    }

    public abstract Pictures pictures();

    @Override
    public final String name() {
        return name;
    }

    /** The classes in alphabetical order; empty if there are no classes. */
    @Override
    public final List<String> labels() {
        return pictures().labels();
    }

    @Override
    public final long size() {
        return pictures().size();
    }

    @Override
    public final LabelledImage get(long index) {
        return pictures().get(index);
    }

    @Override
    public final int label(long index) {
        return pictures().label(index);
    }

    @Override
    public final String key(long index) {
        return pictures().name(index);
    }
}
