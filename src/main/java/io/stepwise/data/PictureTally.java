package io.stepwise.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the readable and the broken pictures of a data set. */
public final class PictureTally {
    /** The largest number of broken pictures whose names are kept; all are counted. */
    public static final int MAX_NAMED = 100;

    private int sound;
    private @Nullable PictureSize smallest;
    private @Nullable PictureSize largest;
    private int broken;
    private final List<BrokenPicture> named = new ArrayList<>();

    public void sound(PictureSize size) {
        sound++;
        if (smallest == null || size.pixels() < smallest.pixels()) {
            smallest = size;
        }
        if (largest == null || size.pixels() > largest.pixels()) {
            largest = size;
        }
    }

    public void broken(String name, String reason) {
        broken++;
        if (named.size() < MAX_NAMED) {
            named.add(new BrokenPicture(name, reason));
        }
    }

    public int soundCount() {
        return sound;
    }

    public int brokenCount() {
        return broken;
    }

    /** The first {@link #MAX_NAMED} broken pictures. */
    public List<BrokenPicture> brokenPictures() {
        return List.copyOf(named);
    }

    /** The size of the smallest picture by number of pixels; null if there is no picture. */
    @Nullable
    public PictureSize smallest() {
        return smallest;
    }

    /** The size of the largest picture by number of pixels; null if there is no picture. */
    @Nullable
    public PictureSize largest() {
        return largest;
    }
}
