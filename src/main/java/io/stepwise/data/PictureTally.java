package io.stepwise.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the pictures of a data set that are sound, and those that are not. */
public final class PictureTally {
    /** How many broken pictures are remembered by name; all are counted. */
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

    /** The first {@link #MAX_NAMED} of them. */
    public List<BrokenPicture> brokenPictures() {
        return List.copyOf(named);
    }

    /** By number of pixels; null without a picture. */
    @Nullable
    public PictureSize smallest() {
        return smallest;
    }

    /** By number of pixels; null without a picture. */
    @Nullable
    public PictureSize largest() {
        return largest;
    }
}
