package io.stepwise.api.http;

import io.stepwise.image.ImageReading;
import io.stepwise.image.Pixels;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/** The formats of pictures that come in requests, told apart by their first bytes. */
public enum PictureFormat {
    PNG(0x89, 'P', 'N', 'G'),
    JPEG(0xff, 0xd8, 0xff);

    private static final Pattern DATA_URL = Pattern.compile("^data:image/(png|jpeg);base64,");

    private final byte[] magic;

    PictureFormat(int... magic) {
        this.magic = new byte[magic.length];
        for (int i = 0; i < magic.length; i++) {
            this.magic[i] = (byte) magic[i];
        }
    }

    /**
     * The picture in {@code base64}, with the usual alphabet or as a data URL.
     *
     * @throws IllegalArgumentException when it is not base64, or of another format
     * @throws io.stepwise.image.UnreadableImageException when it is broken or too large
     */
    static Pixels decode(String base64, Set<PictureFormat> formats, long maxPixels) {
        byte[] file = Base64.getDecoder().decode(DATA_URL.matcher(base64).replaceFirst(""));
        if (formats.stream().noneMatch(format -> format.begins(file))) {
            throw new IllegalArgumentException("it is another kind of file");
        }
        return ImageReading.read(file, maxPixels);
    }

    private boolean begins(byte[] file) {
        return file.length > magic.length && Arrays.equals(file, 0, magic.length, magic, 0, magic.length);
    }
}
