package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the plug-ins of ImageIO bring, and the files that are made to bring a decoder down. */
class PictureFilesTest {
    /** Pictures of 16x8 pixels made by libwebp and libjpeg: left (200, 60, 40), right (30, 90, 210). */
    private static final String WEBP_LOSSY =
            "UklGRkIAAABXRUJQVlA4IDYAAADQAQCdASoQAAgAAMASJaACdLoB+AADsAD+9Zr//AI3/2M39XbejN/9Tp//V23sgH1dt+34AAA=";

    private static final String WEBP_LOSSLESS = "UklGRigAAABXRUJQVlA4TBwAAAAvD8ABAA9wD55bIR9Fdf5jCWLBZP7SnSlE9D90";
    private static final String WEBP_CLEAR_RIGHT =
            "UklGRm4AAABXRUJQVlA4WAoAAAAQAAAADwAABwAAQUxQSBIAAAABDzD/ERFCLJjMX7oz"
                    + "hYj+Rw5WUDggNgAAANABAJ0BKhAACAAAwBIloAJ0ugH4AAOwAP71mv/8Ajf/Yzf1dt6M3/1On/9XbeyAfV237fgAAA==";
    private static final String WEBP_ANIMATED =
            "UklGRq4AAABXRUJQVlA4WAoAAAACAAAADwAABwAAQU5JTQYAAAAAAAAAAABBTk1GSgAAAAAA"
                    + "AAAAAA8AAAcAAGQAAAJWUDggMgAAAFABAJ0BKhAACAABQCYloAAEdAAA/u+EfwH///5Bj//Us/60P1h///tLP/ST//Wh+IgA"
                    + "QU5NRjAAAAAAAAAAAAAHAAAHAABkAAAAVlA4IBgAAAA0AQCdASoIAAgAAAAmJaQAA3AA/v02aAA=";
    private static final String JPEG_CMYK =
            "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsL"
                    + "DQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgACAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAA"
                    + "AAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJ"
                    + "ChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Sl"
                    + "pqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD9U6+d"
                    + "6+Mq+wK/m3r1Wv6IK26//9k=";

    private static final int SEED_WIDTH = 16;
    private static final int SEED_HEIGHT = 8;

    @ParameterizedTest
    @ValueSource(strings = {WEBP_LOSSY, WEBP_LOSSLESS, WEBP_CLEAR_RIGHT, WEBP_ANIMATED, JPEG_CMYK})
    void read_whatTheJdkDoesNotRead_givesItsColours(String base64) {
        byte[] file = Base64.getDecoder().decode(base64);
        Pixels pixels = read(file);
        assertThat(ImageReading.size(file)).isEqualTo(new Dimension(SEED_WIDTH, SEED_HEIGHT));
        assertNear(pixels, 3, 4, 200, 60, 40);
        if (base64.equals(WEBP_CLEAR_RIGHT)) {
            assertNear(pixels, 12, 4, 255, 255, 255);
        } else {
            assertNear(pixels, 12, 4, 30, 90, 210);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LZW", "ZLib", "Deflate", "PackBits", "JPEG"})
    void read_tiff_givesItsColours(String compression) throws IOException {
        BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB);
        image.createGraphics().fillRect(0, 0, 8, 8);
        assertNear(read(tiff(image, compression)), 3, 4, 255, 255, 255);
        assertNear(read(tiff(image, compression)), 12, 4, 0, 0, 0);
    }

    /** The JDK's conversion of these would make the pictures pale. */
    @Test
    void read_tiffInCmyk_isConvertedAsViewersDo() {
        byte[] tiff = new TiffFile()
                .with(TiffFile.PHOTOMETRIC, 5)
                .with(TiffFile.SAMPLES, 4)
                .data(0, 178, 204, 55)
                .bytes();
        assertNear(read(tiff), 0, 0, 200, 60, 40);
    }

    @ParameterizedTest
    @CsvSource({
        "258, 32, bits per sample 32",
        "258, 12, bits per sample 12",
        "262, 8, photometric interpretation 8",
        "339, 3, sample format 3",
        "277, 9, samples per pixel 9"
    })
    void read_tiffOfAnotherKind_isRefusedByName(int tag, int value, String named) {
        byte[] tiff = new TiffFile().with(tag, value).data(0, 0, 0, 0).bytes();
        assertThatThrownBy(() -> read(tiff))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "webp", "tiff"})
    void read_exifOfOtherFormats_turnsUpright(String format) {
        byte[] exif = new TiffFile().with(TiffFile.ORIENTATION, 6).data(0).bytes();
        byte[] file =
                switch (format) {
                    case "png" -> pngWith("eXIf", exif);
                    case "webp" -> webpWithExif(exif);
                    default ->
                        new TiffFile()
                                .with(TiffFile.WIDTH, 16)
                                .with(TiffFile.HEIGHT, 8)
                                .with(TiffFile.ORIENTATION, 6)
                                .data(new int[128])
                                .bytes();
                };
        assertThat(read(file)).extracting(Pixels::width, Pixels::height).containsExactly(8, 16);
        assertThat(ImageReading.size(file)).isEqualTo(new Dimension(8, 16));
    }

    @Test
    void size_ofWebpCutBeforeItsExif_asksForTheRest() {
        byte[] file = webpWithExif(new byte[100]);
        assertThatThrownBy(() -> ImageReading.size(Arrays.copyOf(file, file.length - 50)))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("cut off");
    }

    @ParameterizedTest
    @ValueSource(floats = {.5f, .9f, .99f})
    void read_cutOff_isRefusedInEveryFormat(float share) throws IOException {
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 64 * 64; i++) {
            image.setRGB(i % 64, i / 64, i * 2654435761L > 0 ? (int) (i * 2654435761L) : i);
        }
        Stream<byte[]> files = Stream.of(
                written(image, "png"),
                written(image, "jpeg"),
                written(image, "gif"),
                written(image, "bmp"),
                tiff(image, "LZW"),
                Base64.getDecoder().decode(WEBP_LOSSY),
                Base64.getDecoder().decode(WEBP_LOSSLESS));
        assertThat(files).allSatisfy(file -> {
            byte[] cut = Arrays.copyOf(file, (int) (file.length * share));
            assertThatThrownBy(() -> read(cut)).isInstanceOf(UnreadableImageException.class);
        });
    }

    @ParameterizedTest
    @EnumSource(PictureFormat.class)
    void read_moreThanTheLimit_isRefusedByTheHeader(PictureFormat format) throws IOException {
        byte[] file =
                switch (format) {
                    case WEBP -> Base64.getDecoder().decode(WEBP_LOSSY);
                    default -> written(new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB), format.name());
                };
        assertThat(read(file).width()).isEqualTo(16);
        assertThatThrownBy(() -> ImageReading.read(file, 127))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessage("picture of 16x8 pixels is too large, must have at most 127");
    }

    @Test
    @Timeout(10)
    void read_manyFrames_decodesTheFirst() throws IOException {
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        writer.setOutput(new MemoryCacheImageOutputStream(gif));
        writer.prepareWriteSequence(null);
        for (int i = 0; i < 50; i++) {
            writer.writeToSequence(
                    new IIOImage(new BufferedImage(1000, 1000, BufferedImage.TYPE_BYTE_BINARY), null, null), null);
        }
        writer.endWriteSequence();
        ((MemoryCacheImageOutputStream) writer.getOutput()).close();
        assertThat(read(gif.toByteArray()).width()).isEqualTo(1000);
    }

    @Test
    void read_jpegOfThousandsOfScans_isRefused() throws IOException {
        byte[] jpeg = written(new BufferedImage(16, 8, BufferedImage.TYPE_INT_RGB), "jpeg");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.write(jpeg, 0, jpeg.length - 2);
        for (int i = 0; i < 1000; i++) {
            bomb.writeBytes(new byte[] {(byte) 0xff, (byte) 0xda, 0, 8, 1, 1, 0, 1, 63, 0, 0});
        }
        bomb.write(jpeg, jpeg.length - 2, 2);
        assertThatThrownBy(() -> read(bomb.toByteArray())).hasMessageContaining("JPEG of 1001 scans is not read");
    }

    /** A canvas of a few pixels round an image of 16383x16383. */
    @Test
    void read_webpThatSaysTwoSizes_isRefused() {
        byte[] file = Base64.getDecoder().decode(WEBP_CLEAR_RIGHT);
        int image = new String(file, StandardCharsets.ISO_8859_1).indexOf("VP8 ");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(image + 14, 0x3fff3fff);
        assertThatThrownBy(() -> read(file)).hasMessageContaining("16x8 pixels and holds an image of 16383x16383");
    }

    @Test
    void read_webpFrameOfManyImages_isRefused() {
        byte[] file = Base64.getDecoder().decode(WEBP_CLEAR_RIGHT);
        int image = new String(file, StandardCharsets.ISO_8859_1).indexOf("VP8 ");
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes(file);
        for (int i = 0; i < 100; i++) {
            bomb.write(file, image, file.length - image);
        }
        byte[] bytes = bomb.toByteArray();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4, bytes.length - 8);
        assertThatThrownBy(() -> read(bytes)).hasMessageContaining("has 101 images, must have 1");
    }

    @ParameterizedTest
    @Timeout(10)
    @CsvSource({
        "256, 2147483647, -1", // width
        "257, 2147483647, -1", // height
        "258, 8, 1000000000", // bits per sample, a billion of them
        "273, 0, 1000000000", // strip offsets
        "279, 2147483647, -1", // bytes of a strip
        "322, 1073741824, -1" // width of a tile
    })
    void read_tiffWithAbsurdTags_isRefused(int tag, int value, int count) {
        byte[] tiff = new TiffFile()
                .with(tag, value, count)
                .with(tag == 322 ? 323 : 40_000, 1 << 30)
                .data(0)
                .bytes();
        assertThatThrownBy(() -> read(tiff)).isInstanceOf(UnreadableImageException.class);
        assertThatThrownBy(() -> read(Arrays.copyOf(tiff, 20))).isInstanceOf(UnreadableImageException.class);
    }

    @Test
    @Timeout(10)
    void read_tiffWithAbsurdTagsThatDoNotMatter_isRead() {
        assertNear(read(new TiffFile().with(700, 1, 2_000_000_000).data(7).bytes()), 0, 0, 7, 7, 7);
        assertNear(read(new TiffFile().with(33432, 2, 2_000_000_000).data(7).bytes()), 0, 0, 7, 7, 7);
        assertNear(read(new TiffFile().next(8).data(7).bytes()), 0, 0, 7, 7, 7);
    }

    /** The JDK's decoder would make a black picture of it. */
    @Test
    void read_tiffWithFieldsOfAWrongType_isRefused() {
        byte[] tiff = new TiffFile().allLong().data(7).bytes();
        assertThatThrownBy(() -> read(tiff)).hasMessageContaining("TIFF with compression 1 of type LONG is not read");
    }

    private static Pixels read(byte[] file) {
        return ImageReading.read(file, ImageReading.MAX_PIXELS);
    }

    private static void assertNear(Pixels pixels, int x, int y, int... rgb) {
        Pixels colours = pixels.withChannels(3);
        for (int c = 0; c < 3; c++) {
            assertThat((double) colours.sample(x, y, c)).isCloseTo(rgb[c], within(3.0));
        }
    }

    private static byte[] written(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).isTrue();
        return bytes.toByteArray();
    }

    private static byte[] tiff(BufferedImage image, String compression) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            var param = writer.getDefaultWriteParam();
            param.setCompressionMode(javax.imageio.ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionType(compression);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        }
        return bytes.toByteArray();
    }

    private static byte[] pngWith(String type, byte[] data) {
        byte[] png = Png.encode(new Pixels(16, 8, 1, new byte[128]));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(png, 0, 33);
        Png.chunk(file, type, data);
        file.write(png, 33, png.length - 33);
        return file.toByteArray();
    }

    private static byte[] webpWithExif(byte[] exif) {
        byte[] plain = Base64.getDecoder().decode(WEBP_LOSSY);
        ByteBuffer file = ByteBuffer.allocate(plain.length + 18 + 8 + exif.length + (exif.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN);
        file.put(plain, 0, 12).put("VP8X".getBytes(StandardCharsets.ISO_8859_1)).putInt(10);
        file.putInt(8).put(new byte[] {15, 0, 0, 7, 0, 0}).put(plain, 12, plain.length - 12);
        file.put("EXIF".getBytes(StandardCharsets.ISO_8859_1))
                .putInt(exif.length)
                .put(exif);
        return file.putInt(4, file.capacity() - 8).array();
    }
}
