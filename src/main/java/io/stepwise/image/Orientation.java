package io.stepwise.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The orientation of the camera according to a picture's Exif data (CIPA DC-008, tag 0x0112).
 *
 * @param value 1 upright, 2 mirrored, 3 upside down, 4 mirrored upside down, 5 … 8 rotated by a quarter turn
 */
record Orientation(int value) {
    private static final Orientation UPRIGHT = new Orientation(1);
    private static final byte[] NONE = {};
    private static final int WEBP_FLAGS = 20;
    private static final int WEBP_HAS_EXIF = 1 << 3;
    private static final int JPEG_PREFIX = "Exif\0\0".length();

    /** Reads the orientation from a file; returns upright if the file has none or its Exif data are broken. */
    static Orientation of(PictureFormat format, byte[] file) {
        try {
            byte[] exif =
                    switch (format) {
                        case JPEG -> ofJpeg(file);
                        case PNG -> chunk(Chunks.ofPng(file), "eXIf");
                        case WEBP -> chunk(Chunks.ofWebp(file), "EXIF");
                        case TIFF -> file;
                        case GIF, BMP -> NONE;
                    };
            return exif.length == 0 ? UPRIGHT : ofTiff(exif);
        } catch (IOException | RuntimeException e) {
            return UPRIGHT;
        }
    }

    /** Whether a truncated file announces Exif data that come after the part that is present. */
    static boolean isBeyond(PictureFormat format, byte[] beginning) {
        return format == PictureFormat.WEBP
                && beginning.length > WEBP_FLAGS
                && Chunks.ofWebp(beginning).isCutOff()
                && Chunks.ofWebp(beginning).first("VP8X").isPresent()
                && (beginning[WEBP_FLAGS] & WEBP_HAS_EXIF) != 0;
    }

    private static byte[] ofJpeg(byte[] file) throws IOException {
        List<JPEGSegment> segments =
                JPEGSegmentUtil.readSegments(new ByteArrayImageInputStream(file), JPEG.APP1, "Exif");
        byte[] first = segments.isEmpty() ? NONE : segments.get(0).segmentData().readAllBytes();
        return first.length <= JPEG_PREFIX ? NONE : Arrays.copyOfRange(first, JPEG_PREFIX, first.length);
    }

    private static byte[] chunk(Chunks chunks, String type) {
        return chunks.first(type).map(chunks::data).orElse(NONE);
    }

    /** Reads the first directory; the others belong to thumbnails and further pages. */
    private static Orientation ofTiff(byte[] exif) throws IOException {
        CompoundDirectory directories = (CompoundDirectory) new TIFFReader().read(new ByteArrayImageInputStream(exif));
        Entry entry = directories.getDirectory(0).getEntryById(TIFF.TAG_ORIENTATION);
        int value = entry != null && entry.getValue() instanceof Number number ? number.intValue() : 1;
        return value >= 1 && value <= 8 ? new Orientation(value) : UPRIGHT;
    }

    /** Whether the upright picture has width and height exchanged. */
    boolean swapsSides() {
        return value >= 5;
    }

    /** Returns the picture turned upright. */
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
