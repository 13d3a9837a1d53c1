package io.stepwise.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplingTest {
    @Test
    void area_wholeFactor_isTheMeanOfBlocks() {
        Pixels pixels = new Pixels(4, 2, 1, new byte[] {0, 10, 100, 104, 20, 30, 108, 112});
        assertThat(Resampling.AREA.resize(pixels, 2, 1).data()).containsExactly(15, 106);
    }

    @Test
    void area_brokenFactor_weighsByCoveredArea() {
        Pixels pixels = new Pixels(3, 1, 1, new byte[] {0, 60, 90});
        // two outputs of 1.5 inputs: (0 + 60/2) / 1.5 and (60/2 + 90) / 1.5
        assertThat(Resampling.AREA.resize(pixels, 2, 1).data()).containsExactly(20, 80);
    }

    @ParameterizedTest
    @EnumSource(Resampling.class)
    void resize_constantImage_staysConstant(Resampling resampling) {
        byte[] data = new byte[7 * 5 * 3];
        Arrays.fill(data, (byte) 200);
        for (int side : new int[] {1, 3, 4, 19}) {
            assertThat(resampling.resize(new Pixels(7, 5, 3, data), side, side).data())
                    .containsOnly((byte) 200);
        }
    }

    @Test
    void bicubic_enlarged_interpolatesWithKeysWeights() {
        Pixels pixels = new Pixels(4, 1, 1, new byte[] {0, 0, 100, 100});
        // output 3 of 8 lies a quarter left of the middle: weights of the inputs at distances .25 and .75 and 1.25,
        // 1.75
        double right = keys(0.75) + keys(1.75);
        assertThat(Resampling.BICUBIC.resize(pixels, 8, 1).sample(3, 0, 0)).isEqualTo((int) Math.rint(100 * right));
    }

    @Test
    void bicubic_mirroredImage_givesMirroredResult() {
        Pixels pixels = new Pixels(5, 1, 1, new byte[] {10, 50, 20, 90, 70});
        Pixels mirrored = new Pixels(5, 1, 1, new byte[] {70, 90, 20, 50, 10});
        for (int width : new int[] {2, 3, 11}) {
            Pixels one = Resampling.BICUBIC.resize(pixels, width, 1);
            Pixels other = Resampling.BICUBIC.resize(mirrored, width, 1);
            for (int x = 0; x < width; x++) {
                assertThat(one.sample(x, 0, 0)).isEqualTo(other.sample(width - 1 - x, 0, 0));
            }
        }
    }

    @Test
    void resize_zeroWidth_isRefused() {
        assertThatThrownBy(() -> Resampling.AREA.resize(PixelsTest.gradient(2, 2), 0, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0x2");
    }

    private static double keys(double x) {
        return x < 1 ? 1.5 * x * x * x - 2.5 * x * x + 1 : -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2;
    }
}
