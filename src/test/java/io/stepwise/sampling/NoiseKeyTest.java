package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.stepwise.diffusion.CounterNoise;
import org.junit.jupiter.api.Test;

class NoiseKeyTest {
    private static float[] noise(NoiseKey key, int draw) {
        float[] values = new float[3072];
        key.fill(CounterNoise::fill, draw, values);
        return values;
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static NoiseKey between(double share) {
        return new NoiseKey(1, 0, new NoiseKey.Blend(2, 0, share));
    }

    @Test
    void fill_blend_turnsFromOneNoiseToTheOther() {
        float[] from = noise(new NoiseKey(1, 0, null), 0);
        float[] to = noise(new NoiseKey(2, 0, null), 0);

        assertThat(noise(between(0), 0)).containsExactly(from, org.assertj.core.data.Offset.offset(1e-6f));
        assertThat(noise(between(1), 0)).containsExactly(to, org.assertj.core.data.Offset.offset(1e-6f));
        double angle = Math.acos(product(from, to) / Math.sqrt(product(from, from) * product(to, to)));
        for (double share : new double[] {.1, .25, .5, .9}) {
            float[] mixed = noise(between(share), 0);
            double turned = Math.acos(product(from, mixed) / Math.sqrt(product(from, from) * product(mixed, mixed)));
            assertThat(Math.sqrt(product(mixed, mixed) / mixed.length)).isCloseTo(1, offset(.04));
            assertThat(turned).isCloseTo(share * angle, offset(.02));
        }
    }

    @Test
    void fill_blendWithItself_isItself() {
        float[] same = noise(new NoiseKey(1, 0, new NoiseKey.Blend(1, 0, .3)), 0);

        assertThat(same)
                .containsExactly(noise(new NoiseKey(1, 0, null), 0), org.assertj.core.data.Offset.offset(1e-6f));
    }

    @Test
    void fill_laterDraws_areNotBlended() {
        assertThat(noise(between(.5), 3)).isEqualTo(noise(new NoiseKey(1, 0, null), 3));
    }

    @Test
    void blend_shareOutOfRange_isRefused() {
        assertThatThrownBy(() -> new NoiseKey.Blend(1, 0, 1.1)).hasMessage("share 1.1 must be 0 to 1");
    }
}
