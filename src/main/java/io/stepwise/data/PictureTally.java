package io.stepwise.data;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Counts the pictures of a data set that are sound, and those that are not. */
final class PictureTally {
    /** How many broken pictures are remembered by name; all are counted. */
    static final int MAX_NAMED = 100;

    private int sound;
    private @Nullable PictureSize smallest;
    private @Nullable PictureSize largest;
    private int broken;
    private final List<BrokenPicture> named = new ArrayList<>();

    void sound(PictureSize size) {
        sound++;
        if (smallest == null || size.pixels() < smallest.pixels()) {
            smallest = size;
        }
        if (largest == null || size.pixels() > largest.pixels()) {
            largest = size;
        }
    }

    void broken(String name, String reason) {
        broken++;
        if (named.size() < MAX_NAMED) {
            named.add(new BrokenPicture(name, reason));
        }
    }

    int soundCount() {
        return sound;
    }

    int brokenCount() {
        return broken;
    }

    /** The first {@link #MAX_NAMED} of them. */
    List<BrokenPicture> brokenPictures() {
        return List.copyOf(named);
    }

    /** By number of pixels; null without a picture. */
    @Nullable
    PictureSize smallest() {
        return smallest;
    }

    /** By number of pixels; null without a picture. */
    @Nullable
    PictureSize largest() {
        return largest;
    }
}
