package io.stepwise.data.store;

import org.jspecify.annotations.Nullable;

/**
 * The content of a preview.
 *
 * @param n largest number of pictures, 1 … 256
 * @param size pixels of a picture's side, 8 … 256
 * @param label show only pictures of this class; null shows all classes, one after another
 */
public record PreviewRequest(int n, int size, @Nullable String label) {
    public static final int MAX_N = 256;
    public static final int MIN_SIZE = 8;
    public static final int MAX_SIZE = 256;
    public static final int DEFAULT_N = 64;
    public static final int DEFAULT_SIZE = 64;

    public PreviewRequest {
        if (n < 1 || n > MAX_N) {
            throw new IllegalArgumentException("n " + n + " must be in [1, " + MAX_N + "]");
        }
        if (size < MIN_SIZE || size > MAX_SIZE) {
            throw new IllegalArgumentException("size " + size + " must be in [" + MIN_SIZE + ", " + MAX_SIZE + "]");
        }
    }
}
