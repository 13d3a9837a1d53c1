package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.memory.MemoryBudget;
import io.stepwise.memory.MemoryBudgetException;
import java.awt.Dimension;
import java.awt.Point;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReadingTest {
    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp"})
    void read_losslessFormat_givesTheSamples(String format) throws IOException {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 1, 0x123456);
        Pixels pixels = ImageReading.read(written(image, format), 100);
        assertThat(pixels.sample(2, 1, 0)).isEqualTo(0x12);
        assertThat(pixels.sample(2, 1, 2)).isEqualTo(0x56);
    }

    @Test
    void read_palette_givesColours() throws IOException {
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_INDEXED);
        image.setRGB(1, 1, 0xffff0000);
        Pixels pixels = ImageReading.read(written(image, "gif"), 100);
        assertThat(pixels.channels()).isEqualTo(3);
        assertThat(pixels.sample(1, 1, 0)).isEqualTo(255);
        assertThat(pixels.sample(1, 1, 1)).isZero();
    }

    @Test
    void read_transparentPicture_liesOnWhite() throws IOException {
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(1, 0, 0x80000000);
        Pixels pixels = ImageReading.read(written(image, "png"), 100);
        assertThat(pixels.sample(0, 0, 1)).isEqualTo(255);
        assertThat(pixels.sample(1, 0, 1)).isEqualTo(127);
    }

    @Test
    void read_grey_keepsTheStoredSamples() throws IOException {
        BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 256; x++) {
            image.getRaster().setSample(x, 0, 0, x);
        }
        Pixels pixels = ImageReading.read(written(image, "png"), 1000);
        assertThat(pixels.channels()).isEqualTo(1);
        for (int x = 0; x < 256; x++) {
            assertThat(pixels.sample(x, 0, 0)).isEqualTo(x);
        }
    }

    @Test
    void read_sixteenBits_keepsTheUpperByte() throws IOException {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setSample(0, 0, 0, 0xab12);
        assertThat(ImageReading.read(written(image, "png"), 100).sample(0, 0, 0))
                .isEqualTo(0xab);
    }

    /** One colour in 16 bits: a small file that takes eight bytes per pixel of the decoder, and twice three of ours. */
    private static byte[] deep(int side) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_USHORT, side, side, 4, new Point());
        ColorModel rgba = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                true,
                false,
                Transparency.TRANSLUCENT,
                DataBuffer.TYPE_USHORT);
        return written(new BufferedImage(rgba, raster, false, null), "png");
    }

    @Test
    void read_morePicturesThanTheMemoryHolds_isRefused() throws IOException {
        byte[] file = deep(64);
        long needed = 64 * 64 * (8 + 6) + file.length;
        MemoryBudget budget = new MemoryBudget(2 * needed);
        ImageReading.shareMemory(budget);
        try (MemoryBudget.Lease others = budget.acquire(needed)) {
            assertThatThrownBy(() -> ImageReading.read(file, 10_000))
                    .isInstanceOfSatisfying(MemoryBudgetException.class, e -> assertThat(e.retryAfter())
                            .isPresent());
            others.resize(needed / 2);
            assertThat(ImageReading.read(file, 10_000).width()).isEqualTo(64);
            assertThat(budget.used()).isEqualTo(needed / 2);
            assertThatThrownBy(() -> ImageReading.read(deep(256), 100_000))
                    .isInstanceOfSatisfying(MemoryBudgetException.class, e -> assertThat(e.retryAfter())
                            .isEmpty());
        } finally {
            ImageReading.shareMemory(new MemoryBudget(Long.MAX_VALUE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "tiff"})
    void read_pictureThatNobodyNeedsAnyMore_stops(String format) throws IOException {
        byte[] file = written(new BufferedImage(50, 1000, BufferedImage.TYPE_BYTE_GRAY), format);
        int[] asked = new int[1];

        assertThatThrownBy(() -> ImageReading.read(file, 100_000, () -> ++asked[0] > 2))
                .isInstanceOf(CancellationException.class);

        assertThat(asked[0]).isLessThan(100);
    }

    @Test
    void read_tooManyPixels_isRefusedByTheHeader() {
        // a header that promises 60000 x 60000 pixels and nothing behind it: decoding would fail otherwise
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Png.SIGNATURE);
        byte[] header = ByteBuffer.allocate(13)
                .putInt(60000)
                .putInt(60000)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        Png.chunk(file, "IHDR", header);
        Png.chunk(file, "IDAT", new byte[0]);
        assertThatThrownBy(() -> ImageReading.read(file.toByteArray(), ImageReading.MAX_PIXELS))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("60000x60000");
    }

    @Test
    void size_ofTheBeginningOfAFile_isThatOfTheImage() throws IOException {
        Pixels pixels = PixelsTest.gradient(64, 40);
        BufferedImage image = new BufferedImage(64, 40, BufferedImage.TYPE_INT_RGB);
        for (byte[] file :
                List.of(Png.encode(pixels), Jpeg.encode(pixels, 0.9f), written(image, "bmp"), written(image, "gif"))) {
            assertThat(ImageReading.size(Arrays.copyOf(file, file.length * 9 / 10)))
                    .isEqualTo(new Dimension(64, 40));
        }
    }

    @Test
    void size_withoutHeader_isRefused() {
        byte[] png = Png.encode(PixelsTest.gradient(64, 64));
        for (int length : new int[] {0, 7, 20}) {
            assertThatThrownBy(() -> ImageReading.size(Arrays.copyOf(png, length)))
                    .isInstanceOf(UnreadableImageException.class);
        }
    }

    @Test
    void read_notAnImage_isRefused() {
        assertThatThrownBy(() -> ImageReading.read("hello".getBytes(StandardCharsets.UTF_8), 100))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("not a PNG");
    }

    @Test
    void read_cutOffFile_isRefused() {
        byte[] png = Png.encode(PixelsTest.gradient(64, 64));
        byte[] half = Arrays.copyOf(png, png.length / 2);
        assertThatThrownBy(() -> ImageReading.read(half, 10_000))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("broken");
    }

    @Test
    void jpeg_encoded_readsBackNearly() {
        Canvas canvas = new Canvas(32, 32, 1);
        canvas.fill(Outline.rectangle(0, 0, 32, 32), Paint.vertical(0, 0x204060, 32, 0xe0c0a0));
        Pixels pixels = canvas.toPixels();
        Pixels back = ImageReading.read(Jpeg.encode(pixels, 0.95f), 10_000);
        for (int i = 0; i < pixels.data().length; i++) {
            assertThat(back.data()[i] & 0xff).isBetween((pixels.data()[i] & 0xff) - 8, (pixels.data()[i] & 0xff) + 8);
        }
    }

    @Test
    void jpeg_grey_staysGrey() {
        Pixels grey = new Pixels(8, 8, 1, new byte[64]);
        assertThat(ImageReading.read(Jpeg.encode(grey, 0.9f), 100)).isEqualTo(grey);
    }

    @Test
    void jpeg_lowQuality_isSmaller() {
        Pixels pixels = PixelsTest.gradient(64, 64);
        assertThat(Jpeg.encode(pixels, 0.2f).length).isLessThan(Jpeg.encode(pixels, 0.9f).length);
        assertThatThrownBy(() -> Jpeg.encode(pixels, 1.5f)).hasMessageContaining("quality 1.5 must be in [0, 1]");
    }

    /** A 16x8 picture whose dark corner is stored where the orientation says; upright it is the upper left one. */
    @ParameterizedTest
    @CsvSource({"1,0,0", "2,15,0", "3,15,7", "4,0,7", "5,0,0", "6,0,7", "7,15,7", "8,15,0"})
    void read_exifOrientation_isTurnedUpright(int orientation, int darkX, int darkY) {
        byte[] data = new byte[16 * 8];
        Arrays.fill(data, (byte) 255);
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                data[Math.abs(darkY - y) * 16 + Math.abs(darkX - x)] = 0;
            }
        }
        byte[] jpeg = Jpeg.encode(new Pixels(16, 8, 1, data), 1);
        Pixels upright = ImageReading.read(withOrientation(jpeg, orientation), 1000);
        assertThat(upright.width()).isEqualTo(orientation >= 5 ? 8 : 16);
        assertThat(ImageReading.size(withOrientation(jpeg, orientation)))
                .isEqualTo(new Dimension(upright.width(), upright.height()));
        assertThat(upright.sample(1, 1, 0)).isLessThan(40);
        assertThat(upright.sample(upright.width() - 2, upright.height() - 2, 0)).isGreaterThan(215);
        assertThat(upright.sample(1, upright.height() - 2, 0)).isGreaterThan(215);
    }

    @Test
    void read_brokenExif_isTakenAsUpright() {
        byte[] jpeg = Jpeg.encode(new Pixels(16, 8, 1, new byte[128]), 1);
        byte[] broken = withOrientation(jpeg, 6);
        broken[2 + 4 + 6 + 4 + 3] = 99;
        assertThat(ImageReading.read(broken, 1000).width()).isEqualTo(16);
    }

    private static byte[] withOrientation(byte[] jpeg, int orientation) {
        ByteBuffer file = ByteBuffer.allocate(jpeg.length + 36);
        file.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) 34);
        file.put("Exif\0\0".getBytes(StandardCharsets.ISO_8859_1));
        file.put("MM\0*".getBytes(StandardCharsets.ISO_8859_1)).putInt(8).putShort((short) 1);
        file.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
        file.putShort((short) 0).putInt(0);
        file.put(jpeg, 2, jpeg.length - 2);
        return file.array();
    }

    private static byte[] written(BufferedImage image, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, bytes)).isTrue();
        return bytes.toByteArray();
    }
}
