package io.stepwise.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.Dimension;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;

/**
 * Checks a picture file before it is decoded. It refuses small files that would cost a decoder much memory or time, and
 * files that a decoder would silently decode to a wrong picture.
 */
final class FileChecks {
    /** Progressive JPEGs have about ten scans; for each scan the decoder passes over the whole picture. */
    private static final int MAX_JPEG_SCANS = 100;

    private static final int START_OF_SCAN = 0xda;

    private static final int RGB = 3;

    /** Bytes per pixel that libjpeg keeps of a picture with several scans: 16 bits for each of three components. */
    private static final int COEFFICIENTS = 6;

    /** Bytes per pixel that the decoder of lossy WebP keeps: it makes objects of all macroblocks. */
    private static final int WEBP_BYTES = 40;

    private static final int MAX_TIFF_SAMPLES = 8;
    private static final int UNSIGNED = 1;
    private static final Set<Integer> TIFF_BITS = Set.of(1, 2, 4, 8, 16);

    /** White is zero, black is zero, RGB, palette, CMYK, YCbCr. */
    private static final Set<Integer> TIFF_COLOURS = Set.of(0, 1, 2, 3, 5, 6);

    private FileChecks() {}

    /**
     * Checks the file.
     *
     * @param reader has the file as its input
     * @param maxPixels largest width · height
     * @throws UnreadableImageException if the file must not be decoded
     */
    static void beforeDecoding(PictureFormat format, byte[] file, ImageReader reader, long maxPixels)
            throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        requireFew("picture", width, height, maxPixels);
        switch (format) {
            case JPEG -> jpeg(file);
            case WEBP -> webp(file, width, height);
            case TIFF -> tiff(file, reader, maxPixels);
            case PNG, GIF, BMP -> {} // their decoders need no check beyond the size
        }
    }

    /**
     * Bytes that decoding the file takes at most: the samples as the decoder keeps them, and twice as grey or RGB, since an
     * orientation makes a copy.
     */
    static long memory(PictureFormat format, byte[] file, ImageReader reader) throws IOException {
        ImageTypeSpecifier raw = reader.getRawImageType(0);
        int stored = raw == null ? 4 : (raw.getColorModel().getPixelSize() + 7) / 8;
        int kept =
                switch (format) {
                    case PNG, GIF, BMP -> stored;
                    case TIFF -> 2 * stored; // and a tile
                    case JPEG -> stored + (scans(file) > 1 ? COEFFICIENTS : 0);
                    case WEBP -> WEBP_BYTES;
                };
        return (long) reader.getWidth(0) * reader.getHeight(0) * (kept + 2 * RGB) + file.length;
    }

    static void requireFew(String what, long width, long height, long maxPixels) {
        if (width * height > maxPixels) {
            throw new UnreadableImageException(
                    what + " of " + width + "x" + height + " pixels is too large, must have at most " + maxPixels);
        }
    }

    private static void jpeg(byte[] file) {
        int scans = scans(file);
        if (scans > MAX_JPEG_SCANS) {
            throw new UnreadableImageException(
                    "JPEG of " + scans + " scans is not read, must have at most " + MAX_JPEG_SCANS);
        }
    }

    private static int scans(byte[] file) {
        int scans = 0;
        for (int i = 0; i + 1 < file.length; i++) {
            if ((file[i] & 0xff) == 0xff && (file[i + 1] & 0xff) == START_OF_SCAN) {
                scans++;
            }
        }
        return scans;
    }

    /**
     * Checks a WebP file. It stores the size of its picture twice, for the whole file and in each frame, and the
     * decoder uses the inner size. The decoder also decodes every image of a frame, although only one is allowed, and
     * reads missing bytes at the end as zeros.
     */
    private static void webp(byte[] file, int width, int height) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (Integer.toUnsignedLong(bytes.getInt(4)) + 8 > file.length) {
            throw new UnreadableImageException("broken image: the WebP file is cut off");
        }
        Chunks chunks = Chunks.ofWebp(file);
        Chunks frame = chunks.first("ANMF")
                .map(first -> Chunks.riff(file, first.start() + 16, first.end()))
                .orElse(chunks);
        List<Chunks.Chunk> images = frame.all().stream()
                .filter(chunk -> chunk.type().equals("VP8 ") || chunk.type().equals("VP8L"))
                .toList();
        if (images.size() != 1) {
            throw new UnreadableImageException(
                    "broken image: a frame of the WebP file has " + images.size() + " images, must have 1");
        }
        Dimension inner = webpSize(bytes, images.get(0));
        if (inner.width != width || inner.height != height) {
            throw new UnreadableImageException("broken image: the WebP file says it is of " + width + "x" + height
                    + " pixels and holds an image of " + inner.width + "x" + inner.height);
        }
    }

    private static Dimension webpSize(ByteBuffer file, Chunks.Chunk image) {
        if (image.type().equals("VP8L")) { // RFC 9649, section 3.4: a byte, then 14 and 14 bits
            int sizes = file.getInt(image.start() + 1);
            return new Dimension(1 + (sizes & 0x3fff), 1 + (sizes >> 14 & 0x3fff));
        }
        // RFC 6386, section 9.1: 6 bytes, then 14 of 16 bits and 14 of 16 bits
        return new Dimension(file.getShort(image.start() + 6) & 0x3fff, file.getShort(image.start() + 8) & 0x3fff);
    }

    /**
     * Checks a TIFF file. The JDK's decoder allocates memory for a whole tile, and decodes fields of a wrong type to
     * black pictures.
     */
    private static void tiff(byte[] file, ImageReader reader, long maxPixels) throws IOException {
        CompoundDirectory directories = (CompoundDirectory) new TIFFReader().read(new ByteArrayImageInputStream(file));
        Directory first = directories.getDirectory(0);
        if (first.getEntryById(TIFF.TAG_TILE_WIDTH) != null) {
            requireFew("tile", reader.getTileWidth(0), reader.getTileHeight(0), maxPixels);
        }
        require(first, TIFF.TAG_COMPRESSION, "compression", 1, kind -> true);
        require(first, TIFF.TAG_PLANAR_CONFIGURATION, "planar configuration", 1, kind -> true);
        require(first, TIFF.TAG_SAMPLES_PER_PIXEL, "samples per pixel", 1, count -> count <= MAX_TIFF_SAMPLES);
        require(first, TIFF.TAG_PHOTOMETRIC_INTERPRETATION, "photometric interpretation", 0, TIFF_COLOURS::contains);
        require(first, TIFF.TAG_BITS_PER_SAMPLE, "bits per sample", 1, TIFF_BITS::contains);
        require(first, TIFF.TAG_SAMPLE_FORMAT, "sample format", 1, kind -> kind == UNSIGNED);
    }

    /** Checks every value of the field; a field may have one value per channel. */
    private static void require(Directory directory, int tag, String name, int absent, Predicate<Integer> isRight) {
        Entry entry = directory.getEntryById(tag);
        Object values = entry == null ? absent : entry.getValue();
        boolean isShort = entry == null || "SHORT".equals(entry.getTypeName());
        int count = values.getClass().isArray() ? Array.getLength(values) : 1;
        for (int i = 0; i < count; i++) {
            Object value = values.getClass().isArray() ? Array.get(values, i) : values;
            if (!(value instanceof Number number) || !isShort || !isRight.test(number.intValue())) {
                throw new UnreadableImageException("TIFF with " + name + " " + value
                        + (isShort ? "" : " of type " + entry.getTypeName()) + " is not read");
            }
        }
    }
}
