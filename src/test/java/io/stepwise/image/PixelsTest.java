package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PixelsTest {
    @Test
    void fromSigned_halves_roundToEven() {
        // 0.5 · 255 = 127.5 and, in single precision, 2.5 / 255 · 255 = 2.5
        float[] values = {0f, 2 * (2.5f / 255f - 0.5f), -1f, 1f, -7f, 7f, Float.NaN, 1f - 1f / 255f};
        Pixels pixels = Pixels.fromSigned(values, 0, 1, 1, values.length);
        assertThat(pixels.data())
                .containsExactly(
                        (byte) 128, (byte) 2, (byte) 0, (byte) 255, (byte) 0, (byte) 255, (byte) 0, (byte) 254);
    }

    /** The faster way to round agrees with {@link Math#rint} everywhere. */
    @Test
    void fromSigned_anyValue_isCutAndRounded() {
        float[] values = new float[30_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i - 15_000) / 12_750f;
        }
        float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE, 1e30f};
        System.arraycopy(odd, 0, values, 0, odd.length);

        byte[] made = Pixels.fromSigned(values, 0, 3, 100, 100).data();

        for (int i = 0; i < values.length; i++) {
            float unit = Math.max(0f, Math.min(1f, values[i] / 2f + 0.5f));
            assertThat(made[i % 10_000 * 3 + i / 10_000]).as("of %s", values[i]).isEqualTo((byte)
                    (int) Math.rint(unit * 255f));
        }
    }

    @Test
    void fromSigned_planes_becomeInterleaved() {
        float[] values = {9, 9, -1, 1, 1, -1, -1, -1};
        Pixels pixels = Pixels.fromSigned(values, 2, 3, 1, 2);
        assertThat(pixels.data()).containsExactly(0, 255, 0, 255, 0, 0);
    }

    @Test
    void toSigned_everySample_comesBackUnchanged() {
        Pixels pixels = gradient(16, 16);
        float[] values = new float[5 + 768];
        pixels.toSigned(values, 5, false);
        assertThat(Pixels.fromSigned(values, 5, 3, 16, 16)).isEqualTo(pixels);
        assertThat(values[5]).isEqualTo(pixels.sample(0, 0, 0) / 127.5f - 1f);
    }

    @Test
    void toSigned_flipped_mirrorsEveryRow() {
        Pixels pixels = gradient(5, 3);
        float[] values = new float[45];
        pixels.toSigned(values, 0, true);
        Pixels flipped = Pixels.fromSigned(values, 0, 3, 3, 5);
        for (int y = 0; y < 3; y++) {
            for (int x = 0; x < 5; x++) {
                assertThat(flipped.sample(x, y, 1)).isEqualTo(pixels.sample(4 - x, y, 1));
            }
        }
    }

    @Test
    void centreCropped_wideImage_takesTheMiddle() {
        Pixels cut = gradient(9, 3).centreCropped(64, 64);
        assertThat(cut).isEqualTo(gradient(9, 3).cropped(3, 0, 3, 3));
    }

    @Test
    void centreCropped_tallProportions_keepFullHeight() {
        Pixels cut = gradient(8, 8).centreCropped(1, 2);
        assertThat(cut.width()).isEqualTo(4);
        assertThat(cut.height()).isEqualTo(8);
    }

    @Test
    void cropped_outside_isRefused() {
        assertThatThrownBy(() -> gradient(4, 4).cropped(2, 0, 3, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3x1 at (2, 0)");
    }

    @Test
    void withChannels_grey_isPillowLuma() {
        Pixels pixels = new Pixels(2, 1, 3, new byte[] {(byte) 255, 0, 0, 10, 20, 30});
        // (255·19595 + 32768) >> 16 = 76; (10·19595 + 20·38470 + 30·7471 + 32768) >> 16 = 18
        assertThat(pixels.withChannels(1).data()).containsExactly(76, 18);
        assertThat(pixels.withChannels(1).withChannels(3).data()).containsExactly(76, 76, 76, 18, 18, 18);
    }

    /** Every sample different from its neighbours. */
    static Pixels gradient(int width, int height) {
        byte[] data = new byte[width * height * 3];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 7);
        }
        return new Pixels(width, height, 3, data);
    }
}
