package io.stepwise.repository.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    @Test
    void fromFloat16_namedPatterns_givesTheirValues() {
        assertThat(HalfPrecision.fromFloat16((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(HalfPrecision.fromFloat16((short) 0x83ff)).isEqualTo(-1023 * 0x1p-24f);
        assertThat(HalfPrecision.fromFloat16((short) 0x0400)).isEqualTo(0x1p-14f);
        assertThat(HalfPrecision.fromFloat16((short) 0x3c00)).isEqualTo(1f);
        assertThat(HalfPrecision.fromFloat16((short) 0x7bff)).isEqualTo(65504f);
        assertThat(HalfPrecision.fromFloat16((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(HalfPrecision.fromFloat16((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(HalfPrecision.fromFloat16((short) 0x7e01)).isNaN();
        assertThat(Float.floatToRawIntBits(HalfPrecision.fromFloat16((short) 0x8000)))
                .isEqualTo(0x8000_0000);
    }

    @Test
    void toFloat16_everyPattern_roundTrips() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = HalfPrecision.fromFloat16((short) bits);
            if (Float.isNaN(value)) {
                assertThat(HalfPrecision.fromFloat16(HalfPrecision.toFloat16(value)))
                        .isNaN();
            } else if (HalfPrecision.toFloat16(value) != (short) bits) {
                assertThat(HalfPrecision.toFloat16(value))
                        .as(Integer.toHexString(bits))
                        .isEqualTo((short) bits);
            }
        }
    }

    @Test
    void toFloat16_halfWayBetweenNeighbours_roundsToEven() {
        for (int bits = 0; bits < 0x7bff; bits++) {
            float low = HalfPrecision.fromFloat16((short) bits);
            float high = HalfPrecision.fromFloat16((short) (bits + 1));
            float middle = (low + high) / 2;
            int even = bits % 2 == 0 ? bits : bits + 1;
            if (HalfPrecision.toFloat16(middle) != (short) even
                    || HalfPrecision.toFloat16(Math.nextDown(middle)) != (short) bits
                    || HalfPrecision.toFloat16(Math.nextUp(middle)) != (short) (bits + 1)) {
                assertThat(HalfPrecision.toFloat16(middle))
                        .as("around " + middle)
                        .isEqualTo((short) even);
                assertThat(HalfPrecision.toFloat16(Math.nextDown(middle))).isEqualTo((short) bits);
                assertThat(HalfPrecision.toFloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
            }
        }
    }

    @Test
    void toFloat16_beyondItsRange_overflowsToInfinityAndUnderflowsToZero() {
        assertThat(HalfPrecision.toFloat16(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(HalfPrecision.toFloat16(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfPrecision.toFloat16(-Float.MAX_VALUE)).isEqualTo((short) 0xfc00);
        assertThat(HalfPrecision.toFloat16(0x1p-25f)).isEqualTo((short) 0);
        assertThat(HalfPrecision.toFloat16(Math.nextUp(0x1p-25f))).isEqualTo((short) 1);
        assertThat(HalfPrecision.toFloat16(-0f)).isEqualTo((short) 0x8000);
    }

    @Test
    void toBfloat16_randomFloats_isTheNearestWithTiesToEven() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            short bits = HalfPrecision.toBfloat16(value);
            float rounded = HalfPrecision.fromBfloat16(bits);
            if (Float.isNaN(value)) {
                assertThat(rounded).isNaN();
            } else if (Float.isFinite(rounded)) {
                double error = Math.abs((double) rounded - value);
                double below = Math.abs((double) HalfPrecision.fromBfloat16((short) (bits - 1)) - value);
                double above = Math.abs((double) HalfPrecision.fromBfloat16((short) (bits + 1)) - value);
                assertThat(error <= below || Double.isNaN(below))
                        .as("of %s", value)
                        .isTrue();
                assertThat(error <= above || Double.isNaN(above))
                        .as("of %s", value)
                        .isTrue();
            }
        }
        assertThat(HalfPrecision.toBfloat16(Float.intBitsToFloat(0x3f80_8000))).isEqualTo((short) 0x3f80);
        assertThat(HalfPrecision.toBfloat16(Float.intBitsToFloat(0x3f81_8000))).isEqualTo((short) 0x3f82);
        assertThat(HalfPrecision.toBfloat16(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
        assertThat(HalfPrecision.fromBfloat16(HalfPrecision.toBfloat16(Float.intBitsToFloat(0x7f80_0001))))
                .isNaN();
    }
}
