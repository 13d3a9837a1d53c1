package io.stepwise.data.store;

import io.stepwise.data.BrokenPicture;
import java.util.List;

/** An upload was refused because pictures can't be read. */
public final class BrokenPicturesException extends RuntimeException {
    private final transient List<BrokenPicture> named;

    /**
     * @param named the first of the broken pictures
     */
    public BrokenPicturesException(String message, List<BrokenPicture> named) {
        super(message);
        this.named = List.copyOf(named);
    }

    /** The first {@value PictureTally#MAX_NAMED} of the broken pictures. */
    public List<BrokenPicture> named() {
        return named;
    }
}
