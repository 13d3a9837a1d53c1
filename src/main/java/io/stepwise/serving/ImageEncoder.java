package io.stepwise.serving;

import io.stepwise.image.ContactSheet;
import io.stepwise.image.Jpeg;
import io.stepwise.image.Pixels;
import io.stepwise.image.Png;
import io.stepwise.serving.request.GeneratedImage;
import io.stepwise.serving.request.ImageFormat;
import java.util.List;
import java.util.Map;

/** Encodes images as files. */
public final class ImageEncoder {
    /** Keyword of the PNG text chunk that holds the parameters of the image. */
    public static final String PARAMETERS = "parameters";

    private static final float JPEG_QUALITY = .95f;

    private ImageEncoder() {}

    /**
     * One image as a file.
     *
     * @param parameters of the request; written into a PNG's text chunk {@value #PARAMETERS}, omitted in a JPEG
     */
    public static byte[] image(GeneratedImage image, ImageFormat format, String parameters) {
        return encode(image.pixels(), format, parameters);
    }

    /** One image as a file without parameters. */
    public static byte[] image(GeneratedImage image, ImageFormat format) {
        return switch (format) {
            case PNG -> Png.encode(image.pixels());
            case JPEG -> Jpeg.encode(image.pixels(), JPEG_QUALITY);
        };
    }

    /**
     * A contact sheet of all images, row by row in the order of their index.
     *
     * @param images at least one, all of one size
     * @param columns images in a row, at least 1
     * @param parameters as in {@link #image}
     */
    public static byte[] contactSheet(List<GeneratedImage> images, int columns, ImageFormat format, String parameters) {
        ContactSheet sheet = new ContactSheet(columns);
        return encode(sheet.of(images.stream().map(GeneratedImage::pixels).toList()), format, parameters);
    }

    private static byte[] encode(Pixels pixels, ImageFormat format, String parameters) {
        return EncodeMetrics.measured(format, () -> switch (format) {
            case PNG -> Png.encode(pixels, Map.of(PARAMETERS, parameters));
            case JPEG -> Jpeg.encode(pixels, JPEG_QUALITY);
        });
    }
}
