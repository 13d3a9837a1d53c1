package io.stepwise.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How a camera was held, from a JPEG's Exif block (CIPA DC-008, tag 0x0112).
 *
 * @param value 1 upright, 2 mirrored, 3 upside down, 4 mirrored upside down, 5 … 8 lying on a side
 */
record ExifOrientation(int value) {
    private static final ExifOrientation UPRIGHT = new ExifOrientation(1);
    private static final int ORIENTATION_TAG = 0x0112;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);

    /** The orientation a JPEG names; upright when it names none or its Exif block is broken. */
    static ExifOrientation of(byte[] jpeg) {
        ByteBuffer buffer = ByteBuffer.wrap(jpeg);
        int at = 2;
        while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
            int marker = jpeg[at + 1] & 0xff;
            int length = buffer.getShort(at + 2) & 0xffff;
            if (marker == 0xda || length < 2 || at + 2 + length > jpeg.length) {
                return UPRIGHT;
            }
            if (marker == 0xe1 && length > 16 && isExif(jpeg, at + 4)) {
                return ofTiff(buffer.slice(at + 10, length - 8));
            }
            at += 2 + length;
        }
        return UPRIGHT;
    }

    private static boolean isExif(byte[] jpeg, int at) {
        for (int i = 0; i < EXIF.length; i++) {
            if (jpeg[at + i] != EXIF[i]) {
                return false;
            }
        }
        return true;
    }

    private static ExifOrientation ofTiff(ByteBuffer tiff) {
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return UPRIGHT;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if (entry + 12 > tiff.limit()) {
                return UPRIGHT;
            }
            if (tiff.getShort(entry) == ORIENTATION_TAG) {
                int value = tiff.getShort(entry + 8);
                return value >= 1 && value <= 8 ? new ExifOrientation(value) : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /** Whether the upright picture is as wide as the stored one is high. */
    boolean swapsSides() {
        return value >= 5;
    }

    /** The stored picture as it should be seen. */
    Pixels upright(Pixels stored) {
        if (value == 1) {
            return stored;
        }
        boolean transposed = swapsSides();
        int width = transposed ? stored.height() : stored.width();
        int height = transposed ? stored.width() : stored.height();
        boolean flipX = value == 2 || value == 3 || value == 7 || value == 8;
        boolean flipY = value == 3 || value == 4 || value == 6 || value == 7;
        byte[] data = new byte[stored.data().length];
        int at = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int sourceX = transposed ? y : x;
                int sourceY = transposed ? x : y;
                int fromX = flipX ? stored.width() - 1 - sourceX : sourceX;
                int fromY = flipY ? stored.height() - 1 - sourceY : sourceY;
                for (int c = 0; c < stored.channels(); c++) {
                    data[at++] = (byte) stored.sample(fromX, fromY, c);
                }
            }
        }
        return new Pixels(width, height, stored.channels(), data);
    }
}
