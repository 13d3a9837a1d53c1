package io.stepwise.image;

import java.util.Map;

/** Encodes images as files. */
public final class ImageEncoder {
    /** Keyword of the PNG text chunk that holds the parameters of the image. */
    public static final String PARAMETERS = "parameters";

    private static final float JPEG_QUALITY = .95f;

    private ImageEncoder() {}

    /** Encodes an image without parameters. */
    public static byte[] encode(Pixels pixels, ImageFormat format) {
        return encode(pixels, format, Map.of());
    }

    /**
     * @param parameters of the image; written to the text chunk {@value #PARAMETERS} of a PNG, omitted in a JPEG
     */
    public static byte[] encode(Pixels pixels, ImageFormat format, String parameters) {
        return encode(pixels, format, Map.of(PARAMETERS, parameters));
    }

    private static byte[] encode(Pixels pixels, ImageFormat format, Map<String, String> texts) {
        return switch (format) {
            case PNG -> Png.encode(pixels, texts);
            case JPEG -> Jpeg.encode(pixels, JPEG_QUALITY);
        };
    }
}
