package io.stepwise.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats that images are encoded as. */
public enum ImageFormat {
    /** Lossless; carries what made the image in its text chunk {@code parameters}. */
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

    /** The format of that wire name; empty when there is none. */
    public static Optional<ImageFormat> of(String wireName) {
        return Arrays.stream(values())
                .filter(format -> format.wireName().equals(wireName))
                .findFirst();
    }
}
