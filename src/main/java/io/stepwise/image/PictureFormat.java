package io.stepwise.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The picture formats that can be read. The first bytes of a file determine its format; its name is not used. */
public enum PictureFormat {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    WEBP("RIFF????WEBP"),
    GIF("GIF8?a"),
    /** The BMP header size, 12 to 124 bytes, is at offset 14. */
    BMP("BM?????????????\0\0\0"),
    TIFF("II*\0", "MM\0*");

    /** The names of the formats for messages. */
    public static final String NAMES = "PNG, JPEG, WebP, GIF, BMP or TIFF";

    /** The number of bytes that {@link #of} needs. */
    public static final int BEGINNING = 18;

    private static final char ANY = '?';

    static {
        System.setProperty("java.awt.headless", "true");
    }

    private final List<byte[]> signatures;

    PictureFormat(String... signatures) {
        this.signatures = Arrays.stream(signatures)
                .map(signature -> signature.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /**
     * Detects the format of a file; empty if it is not a picture of a supported format.
     *
     * @param beginning the file, or at least its first {@link #BEGINNING} bytes if it is that long
     */
    public static Optional<PictureFormat> of(byte[] beginning) {
        return Arrays.stream(values())
                .filter(format -> format.signatures.stream().anyMatch(signature -> begins(beginning, signature)))
                .findFirst();
    }

    private static boolean begins(byte[] file, byte[] signature) {
        boolean same = file.length >= signature.length;
        for (int i = 0; same && i < signature.length; i++) {
            same = signature[i] == ANY || signature[i] == file[i];
        }
        return same;
    }

    /**
     * Creates a reader of this format; the caller disposes of it.
     *
     * <p>ImageIO finds its plug-ins on first use, through the class loader of the current thread. Every class loader of
     * this program sees the plug-ins, see {@code quarkus.class-loading.parent-first-artifacts}.
     */
    ImageReader reader() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(name());
        if (!readers.hasNext()) {
            ImageIO.scanForPlugins(); // the first thread may have had a different class loader
            readers = ImageIO.getImageReadersByFormatName(name());
        }
        return readers.next();
    }
}
