package io.stepwise.image;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG, JPEG, GIF (first frame) and BMP, told apart by content, through ImageIO.
 *
 * <p>Samples are taken as stored: colour profiles are ignored, as Pillow does. Transparent pictures are laid on white.
 * JPEGs are turned upright as their Exif orientation says.
 */
public final class ImageReading {
    /** The usual limit for {@link #read}: 64 megapixels. */
    public static final long MAX_PIXELS = 64L << 20;

    private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

    static {
        System.setProperty("java.awt.headless", "true");
    }

    private ImageReading() {}

    /**
     * The image in {@code bytes}, RGB or grey.
     *
     * @param maxPixels largest width · height that is decoded; a larger picture is refused by its header
     * @throws UnreadableImageException when it cannot be read or is too large
     */
    public static Pixels read(byte[] bytes, long maxPixels) {
        return with(bytes, (reader, format) -> {
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > maxPixels) {
                throw new UnreadableImageException(
                        "picture of " + width + "x" + height + " pixels is too large, must have at most " + maxPixels);
            }
            Pixels pixels = pixels(reader.read(0));
            return format.equals("jpeg") ? ExifOrientation.of(bytes).upright(pixels) : pixels;
        });
    }

    /**
     * The size of the upright image in {@code bytes}, by its header alone.
     *
     * @param bytes a file or its beginning
     * @throws UnreadableImageException when there is no such header, or not all of it
     */
    public static Dimension size(byte[] bytes) {
        return with(bytes, (reader, format) -> {
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            boolean turned = format.equals("jpeg") && ExifOrientation.of(bytes).swapsSides();
            return turned ? new Dimension(height, width) : new Dimension(width, height);
        });
    }

    /** What is done with a reader of a format that is read. */
    private interface Reading<T> {
        T from(ImageReader reader, String format) throws IOException;
    }

    private static <T> T with(byte[] bytes, Reading<T> reading) {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new UnreadableImageException("not a PNG, JPEG, GIF or BMP image");
            }
            ImageReader reader = readers.next();
            try {
                String format = reader.getFormatName().toLowerCase(Locale.ROOT);
                if (!FORMATS.contains(format)) {
                    throw new UnreadableImageException(
                            "format " + format + " is not read, must be PNG, JPEG, GIF or BMP");
                }
                reader.setInput(stream, true, true);
                return reading.from(reader, format);
            } finally {
                reader.dispose();
            }
        } catch (UnreadableImageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UnreadableImageException("broken image: " + e.getMessage(), e);
        }
    }

    private static Pixels pixels(BufferedImage image) {
        boolean plain = image.getColorModel() instanceof ComponentColorModel;
        return plain ? samples(image.getRaster()) : colours(image);
    }

    /** Grey, grey + alpha, RGB or RGB + alpha, 8 or 16 bits deep. */
    private static Pixels samples(Raster raster) {
        int bands = raster.getNumBands();
        int channels = bands < 3 ? 1 : 3;
        int excess = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
        byte[] data = new byte[raster.getWidth() * raster.getHeight() * channels];
        int[] row = new int[raster.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, raster.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                int alpha = bands > channels ? row[x + channels] >> excess : 255;
                for (int c = 0; c < channels; c++) {
                    data[at++] = onWhite(row[x + c] >> excess, alpha);
                }
            }
        }
        return new Pixels(raster.getWidth(), raster.getHeight(), channels, data);
    }

    /** Palettes and packed colours. */
    private static Pixels colours(BufferedImage image) {
        byte[] data = new byte[image.getWidth() * image.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int argb = image.getRGB(x, y);
                for (int shift = 16; shift >= 0; shift -= 8) {
                    data[at++] = onWhite(argb >> shift & 0xff, argb >>> 24);
                }
            }
        }
        return new Pixels(image.getWidth(), image.getHeight(), 3, data);
    }

    private static byte onWhite(int sample, int alpha) {
        return (byte) ((sample * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
