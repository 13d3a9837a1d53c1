package io.stepwise.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * PNG files with text, such as the parameters an image was generated from (W3C Portable Network Graphics, third
 * edition). The same pixels and texts give the same bytes. {@link ImageReading} reads the pixels, {@link PngText} the
 * texts.
 *
 * <p>By hand: for images of 32x32 pixels ImageIO's encoder takes twice as long and its files are larger, and its bytes
 * depend on the JDK.
 */
public final class Png {
    static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private static final int COMPRESSION = 4;

    /**
     * Images of so few samples, 32 by 32 in colour, are mostly noise to a compressor: no match in them is worth its bits, and
     * only two of the filters their time. With those and Huffman's code alone the default model's images are 2 % smaller and
     * take half the time. Pictures that are flat are left to the matches.
     */
    private static final int SMALL = 4096;

    private static final int[] ALL_FILTERS = {0, 1, 2, 3, 4};
    private static final int[] SUB_AND_UP = {1, 2};

    private Png() {}

    /** The image as a PNG file without texts. */
    public static byte[] encode(Pixels pixels) {
        return encode(pixels, Map.of());
    }

    /**
     * The image as a PNG file.
     *
     * @param texts by keyword; a keyword is 1 to 79 Latin-1 characters without spaces at its ends. They are written in
     *     the keywords' order: Latin-1 texts as {@code tEXt}, which every tool reads, others as {@code iTXt} (UTF-8)
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
     * Rows of bytes that were filtered.
     *
     * @param isSmall whether there are no more than {@link #SMALL} samples
     * @param sizes sum of what is left of them, without signs
     */
    private record Filtered(byte[] rows, boolean isSmall, long sizes) {
        /** Whether Huffman's code alone is as good as one with matches. */
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

    /** Every row under the filter whose residuals are smallest in sum, the heuristic the standard proposes. */
    private static Filtered filtered(Pixels pixels) {
        boolean isSmall = pixels.data().length <= SMALL;
        int[] filters = isSmall ? SUB_AND_UP : ALL_FILTERS;
        int bpp = pixels.channels();
        int stride = pixels.width() * bpp;
        byte[] result = new byte[(stride + 1) * pixels.height()];
        long sizes = 0;
        byte[] residuals = new byte[stride];
        byte[] row = new byte[bpp + stride]; // begins with the black pixel that the standard puts left of the image
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

    /** One loop per filter, not one with the choice in it: that is where the time of an encoder goes. */
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

    /** At most 128 · 2²³: a row has fewer bytes. */
    private static int sumOfSizes(byte[] residuals) {
        int sum = 0;
        for (byte residual : residuals) {
            sum += Math.abs(residual);
        }
        return sum;
    }
}
