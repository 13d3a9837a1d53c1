package io.stepwise.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats in which images are encoded. */
public enum ImageFormat {
    /** Lossless; the text chunk {@code parameters} contains the parameters of the image. */
    PNG,
    /** Lossy and smaller. */
    JPEG;

    /** The name in requests, such as {@code png}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The media type, such as {@code image/png}. */
    public String mediaType() {
        return "image/" + wireName();
    }

    /** The format with this wire name; empty if there is none. */
    public static Optional<ImageFormat> of(String wireName) {
        return Arrays.stream(values())
                .filter(format -> format.wireName().equals(wireName))
                .findFirst();
    }
}
