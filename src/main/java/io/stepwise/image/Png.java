package io.stepwise.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG files with text, for example the parameters of a generated image (W3C Portable Network Graphics, third
 * edition). The same pixels and texts give the same bytes. {@link ImageReading} reads the pixels, {@link PngText} the
 * texts.
 *
 * <p>We do not use ImageIO's encoder: for images of 32x32 pixels it takes twice as long and its files are larger, and
 * its bytes depend on the JDK.
 */
public final class Png {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private static final int COMPRESSION = 4;

    /**
     * The number of samples up to which an image counts as small; 32 by 32 in colour is small. Small images are mostly
     * noise to a compressor: matches do not save bits, and only two filters are worth their time. With these two
     * filters and Huffman coding alone, images of the default model are 2 % smaller and take half the time. Small flat
     * pictures are compressed with matches.
     */
    private static final int SMALL = 4096;

    private static final int[] ALL_FILTERS = {0, 1, 2, 3, 4};
    private static final int[] SUB_AND_UP = {1, 2};

    private Png() {}

    /** Encodes the image as a PNG file without texts. */
    public static byte[] encode(Pixels pixels) {
        return encode(pixels, Map.of());
    }

    /**
     * Encodes the image as a PNG file.
     *
     * @param texts texts by keyword; a keyword is 1 to 79 Latin-1 characters without spaces at its ends. They are
     *     written in the order of the keywords: Latin-1 texts as {@code tEXt}, which every tool reads, others as {@code
     *     iTXt} (UTF-8)
     */
    public static byte[] encode(Pixels pixels, Map<String, String> texts) {
        ByteArrayOutputStream file = new ByteArrayOutputStream(pixels.data().length / 2 + 256);
        file.writeBytes(SIGNATURE);
        byte colourType = (byte) (pixels.channels() == 1 ? 0 : 2);
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(pixels.width())
                        .putInt(pixels.height())
                        .put(new byte[] {8, colourType, 0, 0, 0})
                        .array());
        new TreeMap<>(texts).forEach((keyword, text) -> PngText.write(file, keyword, text));
        chunk(file, "IDAT", deflated(filtered(pixels)));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    static void chunk(ByteArrayOutputStream file, String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    /**
     * Filtered rows.
     *
     * @param isSmall whether there are at most {@link #SMALL} samples
     * @param sizes sum of the absolute values of the residuals
     */
    private record Filtered(byte[] rows, boolean isSmall, long sizes) {
        /** Whether Huffman coding alone is as good as coding with matches. */
        boolean isNoise() {
            return isSmall && sizes > rows.length;
        }
    }

    private static byte[] deflated(Filtered filtered) {
        byte[] raw = filtered.rows;
        Deflater deflater = new Deflater(filtered.isSmall ? Deflater.BEST_SPEED : COMPRESSION);
        try {
            if (filtered.isNoise()) {
                deflater.setStrategy(Deflater.HUFFMAN_ONLY);
            }
            deflater.setInput(raw);
            deflater.finish();
            ByteArrayOutputStream packed = new ByteArrayOutputStream(raw.length / 2 + 64);
            byte[] block = new byte[Math.min(raw.length + 64, 1 << 14)];
            while (!deflater.finished()) {
                packed.write(block, 0, deflater.deflate(block));
            }
            return packed.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /**
     * Filters every row with the filter that has the smallest sum of residuals, a heuristic that the standard proposes.
     */
    private static Filtered filtered(Pixels pixels) {
        boolean isSmall = pixels.data().length <= SMALL;
        int[] filters = isSmall ? SUB_AND_UP : ALL_FILTERS;
        int bpp = pixels.channels();
        int stride = pixels.width() * bpp;
        byte[] result = new byte[(stride + 1) * pixels.height()];
        long sizes = 0;
        byte[] residuals = new byte[stride];
        byte[] row = new byte[bpp + stride]; // starts with the black pixel that the standard defines left of the image
        byte[] above = new byte[bpp + stride];
        for (int y = 0; y < pixels.height(); y++) {
            System.arraycopy(pixels.data(), y * stride, row, bpp, stride);
            int smallest = Integer.MAX_VALUE;
            for (int filter : filters) {
                filter(filter, row, above, bpp, residuals);
                int sum = sumOfSizes(residuals);
                if (sum < smallest) {
                    smallest = sum;
                    result[y * (stride + 1)] = (byte) filter;
                    System.arraycopy(residuals, 0, result, y * (stride + 1) + 1, stride);
                }
            }
            sizes += smallest;
            byte[] done = above;
            above = row;
            row = done;
        }
        return new Filtered(result, isSmall, sizes);
    }

    /** Each filter has its own loop, without a branch inside, because an encoder spends most of its time here. */
    private static void filter(int filter, byte[] row, byte[] above, int bpp, byte[] into) {
        switch (filter) {
            case 0 -> System.arraycopy(row, bpp, into, 0, into.length);
            case 1 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = (byte) (row[i + bpp] - row[i]);
                }
            }
            case 2 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = (byte) (row[i + bpp] - above[i + bpp]);
                }
            }
            case 3 -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = (byte) (row[i + bpp] - (((row[i] & 0xff) + (above[i + bpp] & 0xff)) >> 1));
                }
            }
            default -> {
                for (int i = 0; i < into.length; i++) {
                    into[i] = (byte) (row[i + bpp] - paeth(row[i] & 0xff, above[i + bpp] & 0xff, above[i] & 0xff));
                }
            }
        }
    }

    private static int paeth(int left, int up, int corner) {
        int byLeft = Math.abs(up - corner);
        int byUp = Math.abs(left - corner);
        int byCorner = Math.abs(left + up - 2 * corner);
        if (byLeft <= byUp && byLeft <= byCorner) {
            return left;
        }
        return byUp <= byCorner ? up : corner;
    }

    /** At most 128 · 2²³, because a row has fewer bytes. */
    private static int sumOfSizes(byte[] residuals) {
        int sum = 0;
        for (byte residual : residuals) {
            sum += Math.abs(residual);
        }
        return sum;
    }
}
