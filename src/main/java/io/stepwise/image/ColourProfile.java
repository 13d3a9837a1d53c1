package io.stepwise.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.Point;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The colours that a picture's samples stand for, as an ICC profile of the file says. Samples become sRGB, as in browsers.
 * A profile that can't be read, or that is one of grey for a coloured picture or the reverse, is ignored, as in browsers too.
 */
final class ColourProfile {
    private static final int MAX_BYTES = 4 << 20;
    private static final byte[] NONE = {};
    private static final int JPEG_PREFIX = "ICC_PROFILE\0".length();

    /** Samples that differ by less are the same: profiles called sRGB have curves of several roundings. */
    private static final int SAME = 2;

    private ColourProfile() {}

    /**
     * @param stored as in the file
     * @throws UnreadableImageException if the profile is one of colours that are neither grey, RGB nor CMYK
     */
    static Pixels toSrgb(PictureFormat format, byte[] file, Pixels stored) throws IOException {
        ICC_Profile profile = profile(bytes(format, file));
        if (profile == null) {
            return stored;
        }
        int channels =
                switch (profile.getColorSpaceType()) {
                    case ColorSpace.TYPE_GRAY -> 1;
                    case ColorSpace.TYPE_RGB -> 3;
                    case ColorSpace.TYPE_CMYK -> 4;
                    default ->
                        throw new UnreadableImageException(
                                "the picture's colour profile is neither of grey, RGB nor CMYK; convert it to sRGB");
                };
        return channels == stored.channels() ? converted(stored, profile) : stored;
    }

    private static @Nullable ICC_Profile profile(byte[] bytes) {
        try {
            return bytes.length == 0 ? null : ICC_Profile.getInstance(bytes);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static Pixels converted(Pixels stored, ICC_Profile profile) {
        ColorConvertOp op =
                new ColorConvertOp(new ICC_Profile[] {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)}, null);
        try {
            Pixels probe = probe(stored.channels());
            return isSame(probe, converted(probe, op)) ? stored : converted(stored, op);
        } catch (CMMException | IllegalArgumentException e) {
            return stored; // it has no way to sRGB
        }
    }

    /** All greys, and the colours of a cube. */
    private static Pixels probe(int channels) {
        byte[] data = new byte[512 * channels];
        for (int i = 0; i < 512; i++) {
            for (int c = 0; c < channels; c++) {
                data[i * channels + c] = (byte) (i < 256 ? i : (i >> 3 * c & 7) * 36);
            }
        }
        return new Pixels(512, 1, channels, data);
    }

    private static boolean isSame(Pixels one, Pixels other) {
        for (int i = 0; i < one.data().length; i++) {
            if (Math.abs((one.data()[i] & 0xff) - (other.data()[i] & 0xff)) > SAME) {
                return false;
            }
        }
        return true;
    }

    private static Pixels converted(Pixels stored, ColorConvertOp op) {
        byte[] rgb = new byte[stored.width() * stored.height() * 3];
        op.filter(
                raster(stored.data(), stored.width(), stored.height(), stored.channels()),
                raster(rgb, stored.width(), stored.height(), 3));
        return new Pixels(stored.width(), stored.height(), 3, rgb).withChannels(stored.channels());
    }

    private static WritableRaster raster(byte[] data, int width, int height, int channels) {
        int[] offsets = channels == 1 ? new int[] {0} : new int[] {0, 1, 2};
        DataBuffer buffer = new DataBufferByte(data, data.length);
        return Raster.createInterleavedRaster(buffer, width, height, width * channels, channels, offsets, new Point());
    }

    /** The profile in the file; empty if it has none, or a part of it is missing. */
    private static byte[] bytes(PictureFormat format, byte[] file) throws IOException {
        return switch (format) {
            case JPEG -> ofJpeg(file);
            case PNG -> ofPng(file);
            case WEBP -> {
                Chunks chunks = Chunks.ofWebp(file);
                yield chunks.first("ICCP").map(chunks::data).orElse(NONE);
            }
            case TIFF -> ofTiff(file);
            case GIF, BMP -> NONE;
        };
    }

    /** ICC.1:2010, annex B.4: pieces with their number, from 1 on, and how many there are. */
    private static byte[] ofJpeg(byte[] file) throws IOException {
        List<JPEGSegment> segments =
                JPEGSegmentUtil.readSegments(new ByteArrayImageInputStream(file), JPEG.APP2, "ICC_PROFILE");
        TreeMap<Integer, byte[]> pieces = new TreeMap<>();
        int count = 0;
        for (JPEGSegment segment : segments) {
            byte[] data = segment.segmentData().readAllBytes();
            if (data.length > JPEG_PREFIX + 2) {
                count = data[JPEG_PREFIX + 1] & 0xff;
                pieces.put(data[JPEG_PREFIX] & 0xff, Arrays.copyOfRange(data, JPEG_PREFIX + 2, data.length));
            }
        }
        ByteArrayOutputStream profile = new ByteArrayOutputStream();
        pieces.values().forEach(profile::writeBytes);
        return pieces.size() == count ? profile.toByteArray() : NONE;
    }

    /** A name, a zero, the number of the method, and the profile, compressed. */
    private static byte[] ofPng(byte[] file) throws IOException {
        Chunks chunks = Chunks.ofPng(file);
        byte[] chunk = chunks.first("iCCP").map(chunks::data).orElse(NONE);
        int name = 0;
        while (name < chunk.length && chunk[name] != 0) {
            name++;
        }
        if (name + 2 >= chunk.length) {
            return NONE;
        }
        int begin = name + 2;
        try (InputStream profile =
                new InflaterInputStream(new ByteArrayInputStream(chunk, begin, chunk.length - begin))) {
            return profile.readNBytes(MAX_BYTES);
        } catch (IOException e) {
            return NONE;
        }
    }

    private static byte[] ofTiff(byte[] file) throws IOException {
        CompoundDirectory directories = (CompoundDirectory) new TIFFReader().read(new ByteArrayImageInputStream(file));
        Entry entry = directories.getDirectory(0).getEntryById(TIFF.TAG_ICC_PROFILE);
        return entry != null && entry.getValue() instanceof byte[] profile ? profile : NONE;
    }
}
