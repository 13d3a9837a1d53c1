package io.stepwise.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** Converts the output of ImageIO to grey or RGB samples of 8 bits. Transparent pictures are drawn on white. */
final class PixelSamples {
    private PixelSamples() {}

    /**
     * @throws UnreadableImageException if its colours or samples are not supported
     */
    static Pixels of(BufferedImage image) {
        ColorModel model = image.getColorModel();
        if (!(model instanceof ComponentColorModel)) {
            return palette(image);
        }
        return switch (model.getColorSpace().getType()) {
            case ColorSpace.TYPE_GRAY -> samples(image, 1);
            case ColorSpace.TYPE_RGB -> samples(image, 3);
            case ColorSpace.TYPE_CMYK -> cmyk(image);
            default -> throw new UnreadableImageException("the picture's colours are neither grey, RGB nor CMYK");
        };
    }

    /** Converts grey or RGB with or without alpha, 8 or 16 bits deep. Additional channels are ignored. */
    private static Pixels samples(BufferedImage image, int channels) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int excess = excessBits(raster);
        boolean hasAlpha = image.getColorModel().hasAlpha();
        boolean premultiplied = image.isAlphaPremultiplied();
        byte[] data = new byte[image.getWidth() * image.getHeight() * channels];
        int[] row = new int[image.getWidth() * bands];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(0, y, image.getWidth(), 1, row);
            for (int x = 0; x < row.length; x += bands) {
                int alpha = hasAlpha ? row[x + channels] >> excess : 255;
                for (int c = 0; c < channels; c++) {
                    int sample = row[x + c] >> excess;
                    data[at++] = premultiplied ? (byte) Math.min(255, sample + 255 - alpha) : onWhite(sample, alpha);
                }
            }
        }
        return new Pixels(image.getWidth(), image.getHeight(), channels, data);
    }

    /** The number of bits by which the samples are deeper than 8. */
    private static int excessBits(Raster raster) {
        int type = raster.getTransferType();
        int bits = raster.getSampleModel().getSampleSize(0);
        if (type != DataBuffer.TYPE_BYTE && type != DataBuffer.TYPE_USHORT || bits != 8 && bits != 16) {
            throw new UnreadableImageException(
                    "samples of " + bits + " bits are not read, must be unsigned integers of at most 16 bits");
        }
        return bits - 8;
    }

    /** The simple conversion of Pillow, browsers and viewers: 255 is full ink. */
    private static Pixels cmyk(BufferedImage image) {
        Raster raster = image.getRaster();
        int excess = excessBits(raster);
        byte[] data = new byte[image.getWidth() * image.getHeight() * 3];
        int[] pixel = new int[raster.getNumBands()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                raster.getPixel(x, y, pixel);
                for (int c = 0; c < 3; c++) {
                    data[at++] = onBlack(255 - (pixel[c] >> excess), 255 - (pixel[3] >> excess));
                }
            }
        }
        return new Pixels(image.getWidth(), image.getHeight(), 3, data);
    }

    /** Converts palettes and packed colours. */
    private static Pixels palette(BufferedImage image) {
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

    private static byte onBlack(int sample, int light) {
        return (byte) ((sample * light + 127) / 255);
    }

    private static byte onWhite(int sample, int alpha) {
        return (byte) ((sample * alpha + 255 * (255 - alpha) + 127) / 255);
    }
}
