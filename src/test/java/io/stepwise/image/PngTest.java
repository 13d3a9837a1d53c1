package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PngTest {
    @Test
    void encode_rgb_readsBackUnchanged() {
        Pixels pixels = PixelsTest.gradient(37, 23);
        assertThat(ImageReading.read(Png.encode(pixels), 10_000)).isEqualTo(pixels);
    }

    @Test
    void encode_grey_readsBackUnchangedAndGrey() {
        Pixels pixels = PixelsTest.gradient(19, 5).withChannels(1);
        assertThat(ImageReading.read(Png.encode(pixels), 10_000)).isEqualTo(pixels);
    }

    @Test
    void encode_everyFilterWins_readsBackUnchanged() {
        byte[] data = new byte[64 * 64 * 3];
        Random random = new Random(5);
        for (int i = 0; i < data.length; i++) {
            int y = i / 192;
            int x = i % 192 / 3;
            data[i] = (byte) (y < 16 ? random.nextInt(256) : y < 32 ? x * 4 : y < 48 ? y * 5 : x * y / 9);
        }
        Pixels pixels = new Pixels(64, 64, 3, data);
        assertThat(ImageReading.read(Png.encode(pixels), 10_000)).isEqualTo(pixels);
    }

    @Test
    void encode_smoothPicture_isSmallerThanHalf() {
        Canvas canvas = new Canvas(64, 64, 1);
        canvas.fill(Outline.rectangle(0, 0, 64, 64), Paint.vertical(0, 0x203040, 64, 0xf0e0d0));
        assertThat(Png.encode(canvas.toPixels()).length).isLessThan(64 * 64 * 3 / 2);
    }

    @Test
    void encode_texts_readBackInOrderOfKeywords() throws Exception {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("stepwise", "{\"prompt\": \"grüße\", \"n\": 3}\nsecond line");
        texts.put("Comment", "日本語 🙂 – seed 7");
        texts.put("empty", "");
        byte[] png = Png.encode(PixelsTest.gradient(2, 2), texts);
        assertThat(PngText.read(png)).isEqualTo(texts);
        assertThat(PngText.read(png).keySet()).containsExactly("Comment", "empty", "stepwise");
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth()).isEqualTo(2);
    }

    @Test
    void encode_latin1Text_isPlainTextChunk() {
        byte[] png = Png.encode(PixelsTest.gradient(2, 2), Map.of("seed", "42"));
        assertThat(new String(png, StandardCharsets.ISO_8859_1)).contains("tEXtseed\00042");
    }

    @Test
    void encode_twice_givesTheSameBytes() {
        Map<String, String> one = new LinkedHashMap<>();
        one.put("a", "1");
        one.put("b", "2");
        Map<String, String> other = new LinkedHashMap<>();
        other.put("b", "2");
        other.put("a", "1");
        Pixels pixels = PixelsTest.gradient(20, 20);
        assertThat(Png.encode(pixels, one)).isEqualTo(Png.encode(pixels, other));
    }

    @Test
    void encode_badKeyword_isRefused() {
        for (String keyword : new String[] {"", " seed", "日本", "k".repeat(80), "a\nb\0"}) {
            assertThatThrownBy(() -> Png.encode(PixelsTest.gradient(1, 1), Map.of(keyword, "x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("keyword");
        }
    }

    @Test
    void readText_compressedInternational_isUnpacked() {
        assertThat(PngText.read(withCompressedText("größe 7".getBytes(StandardCharsets.UTF_8))))
                .containsEntry("note", "größe 7");
    }

    @Test
    void readText_compressedBomb_isRefused() {
        byte[] bomb = withCompressedText(new byte[8 << 20]);
        assertThat(bomb.length).isLessThan(20_000);
        assertThatThrownBy(() -> PngText.read(bomb))
                .isInstanceOf(UnreadableImageException.class)
                .hasMessageContaining("1048576");
    }

    @Test
    void readText_damagedChunk_isRefused() {
        byte[] png = Png.encode(PixelsTest.gradient(2, 2), Map.of("seed", "42"));
        png[new String(png, StandardCharsets.ISO_8859_1).indexOf("tEXtseed") + 9]++;
        assertThatThrownBy(() -> PngText.read(png)).hasMessageContaining("damaged");
    }

    @Test
    void readText_cutOff_isRefused() {
        byte[] png = Png.encode(PixelsTest.gradient(2, 2), Map.of("seed", "42"));
        byte[] cut = Arrays.copyOf(png, 50);
        assertThatThrownBy(() -> PngText.read(cut)).hasMessageContaining("cut off");
        assertThatThrownBy(() -> PngText.read(new byte[3])).hasMessageContaining("not a PNG");
    }

    private static byte[] withCompressedText(byte[] text) {
        Deflater deflater = new Deflater();
        deflater.setInput(text);
        deflater.finish();
        byte[] packed = new byte[text.length + 100];
        int length = deflater.deflate(packed);
        deflater.end();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes("note\0\1\0de\0Notiz\0".getBytes(StandardCharsets.ISO_8859_1));
        data.write(packed, 0, length);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(Png.SIGNATURE);
        Png.chunk(file, "iTXt", data.toByteArray());
        return file.toByteArray();
    }
}
