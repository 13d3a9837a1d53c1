package io.stepwise.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The formats of pictures that are read. A file's first bytes tell its format; its name doesn't matter. */
public enum PictureFormat {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    WEBP("RIFF????WEBP"),
    GIF("GIF8?a"),
    /** The size of a header of 12 to 124 bytes stands at offset 14. */
    BMP("BM?????????????\0\0\0"),
    TIFF("II*\0", "MM\0*");

    /** The formats as messages name them. */
    public static final String NAMES = "PNG, JPEG, WebP, GIF, BMP or TIFF";

    /** How many bytes of a file {@link #of} looks at. */
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
     * The format of a file; empty when it is no picture that is read.
     *
     * @param beginning the file, or at least its first {@link #BEGINNING} bytes if it has so many
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
     * A new reader of this format; the caller disposes of it.
     *
     * <p>ImageIO finds its plug-ins when it is first used, through the class loader of that thread; every class loader of
     * this program sees them, see {@code quarkus.class-loading.parent-first-artifacts}.
     */
    ImageReader reader() {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(name());
        if (!readers.hasNext()) {
            ImageIO.scanForPlugins(); // the first thread had a class loader of its own
            readers = ImageIO.getImageReadersByFormatName(name());
        }
        return readers.next();
    }
}
