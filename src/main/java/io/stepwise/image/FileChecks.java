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
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    /** Primaries of BT.709, transfer of sRGB, RGB, full range (ITU-T H.273). */
    private static final byte[] SRGB_CODING = {1, 13, 0, 1};

    /** White, red, green and blue, x and y of each, times 100,000. */
    private static final int[] SRGB_PRIMARIES = {31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000};

    private static final int SAME_PRIMARY = 1000;

    /** Bytes per pixel that libjpeg keeps of a picture with several scans: 16 bits for each of three components. */
    private static final int COEFFICIENTS = 6;

    /** Bytes per pixel that the decoder of WebP keeps: RGBA, and what it makes that of. */
    private static final int WEBP_BYTES = 8;

    private static final int MAX_TIFF_SAMPLES = 8;
    private static final int UNSIGNED = 1;
    private static final Set<Integer> TIFF_BITS = Set.of(1, 2, 4, 8, 16);

    /** White is zero, black is zero, RGB, palette, CMYK, YCbCr. */
    private static final Set<Integer> TIFF_COLOURS = Set.of(0, 1, 2, 3, 5, 6);

    private FileChecks() {}

    /**
     * @param reader has the file as its input
     * @param maxPixels largest width · height
     * @throws UnreadableImageException if the file must not be decoded
     */
    static void beforeDecoding(PictureFormat format, byte[] file, ImageReader reader, long maxPixels)
            throws IOException {
        Dimension size = size(format, file, reader);
        requireFew("picture", size.width, size.height, maxPixels);
        switch (format) {
            case JPEG -> jpeg(file);
            case WEBP -> webp(file, size.width, size.height);
            case TIFF -> tiff(file, reader, maxPixels);
            case PNG -> png(Chunks.ofPng(file));
            case GIF, BMP -> {} // their decoders need no check beyond the size
        }
    }

    /** The size of the picture as it is stored, of a GIF with its whole screen. */
    static Dimension size(PictureFormat format, byte[] file, ImageReader reader) throws IOException {
        if (format == PictureFormat.GIF) {
            GifScreen screen = GifScreen.of(file, reader);
            return new Dimension(screen.width(), screen.height());
        }
        return new Dimension(reader.getWidth(0), reader.getHeight(0));
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
        Dimension size = size(format, file, reader);
        return (long) size.width * size.height * (kept + 2 * RGB) + file.length;
    }

    static void requireFew(String what, long width, long height, long maxPixels) {
        if (width * height > maxPixels) {
            throw new UnreadableImageException(
                    what + " of " + width + "x" + height + " pixels is too large, must have at most " + maxPixels);
        }
    }

    /**
     * Checks a PNG file. Its decoder reads neither checksums nor the end of the file. Of the chunks that say what its colours
     * are, a profile is obeyed ({@link ColourProfile}), gAMA is ignored as in Pillow, other primaries and HDR are refused.
     */
    private static void png(Chunks chunks) {
        for (Chunks.Chunk chunk : chunks.all()) {
            if (Character.isUpperCase(chunk.type().charAt(0)) && !chunks.isSound(chunk)) {
                throw new UnreadableImageException(
                        "broken image: the checksum of a chunk " + chunk.type() + " is wrong");
            }
        }
        if (chunks.first("IEND").isEmpty()) {
            throw new UnreadableImageException("broken image: the PNG file is cut off");
        }
        byte[] coding = chunks.first("cICP").map(chunks::data).orElse(SRGB_CODING);
        if (!Arrays.equals(coding, SRGB_CODING)) {
            throw new UnreadableImageException("PNG with cICP " + Arrays.toString(coding)
                    + " is not read, must be sRGB: " + Arrays.toString(SRGB_CODING));
        }
        boolean says = chunks.first("iCCP").isPresent() || chunks.first("sRGB").isPresent();
        ByteBuffer primaries =
                ByteBuffer.wrap(chunks.first("cHRM").map(chunks::data).orElse(new byte[0]));
        for (int i = 0; !says && primaries.remaining() >= Integer.BYTES && i < SRGB_PRIMARIES.length; i++) {
            int value = primaries.getInt();
            if (Math.abs(value - SRGB_PRIMARIES[i]) > SAME_PRIMARY) {
                throw new UnreadableImageException("PNG with cHRM " + value + " is not read, must be "
                        + SRGB_PRIMARIES[i] + ", that of sRGB, or a colour profile");
            }
        }
    }

    private static void jpeg(byte[] file) {
        int scans = scans(file);
        if (scans > MAX_JPEG_SCANS) {
            throw new UnreadableImageException(
                    "JPEG of " + scans + " scans is not read, must have at most " + MAX_JPEG_SCANS);
        }
    }

    /**
     * The file without the Adobe marker of a picture that has the JFIF marker, too. Such a picture of three components is
     * YCbCr whatever Adobe's marker says, as libjpeg has it; the decoder believes Adobe's.
     */
    static byte[] withoutAdobe(byte[] file) {
        boolean jfif = false;
        int adobe = 0;
        for (int at = 2; at + 4 <= file.length && file[at] == (byte) 0xff; ) {
            int marker = file[at + 1] & 0xff;
            int length = ByteBuffer.wrap(file).getShort(at + 2) & 0xffff;
            if (marker == 0xff) { // a fill byte
                at++;
                continue;
            }
            if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4) {
                boolean three = at + 9 < file.length && file[at + 9] == RGB;
                return three && jfif && adobe > 0 ? renamed(file, adobe) : file;
            }
            jfif |= marker == 0xe0 && begins(file, at + 4, "JFIF\0");
            adobe = marker == 0xee && begins(file, at + 4, "Adobe") ? at + 4 : adobe;
            at += 2 + length;
        }
        return file;
    }

    private static byte[] renamed(byte[] file, int name) {
        byte[] copy = file.clone();
        copy[name] = 'a';
        return copy;
    }

    private static boolean begins(byte[] file, int at, String text) {
        return file.length >= at + text.length()
                && new String(file, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
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
