package io.stepwise.repository.safetensors;

/**
 * The two 16-bit floating point formats, as bit patterns: IEEE 754 binary16 (5 exponent bits, 10 of fraction) and
 * bfloat16 (the upper half of a float). Narrowing rounds to nearest, ties to even; NaN stays NaN, too large becomes
 * infinity.
 */
final class HalfPrecision {
    private static final int FLOAT_INFINITY = 0x7f80_0000;

    private HalfPrecision() {}

    static float fromFloat16(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0x1f) {
            return Float.intBitsToFloat(sign | FLOAT_INFINITY | fraction << 13);
        }
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        return Float.intBitsToFloat(sign | (exponent + 127 - 15) << 23 | fraction << 13);
    }

    static short toFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int magnitude = bits & 0x7fff_ffff;
        if (magnitude > FLOAT_INFINITY) {
            return (short) (sign | 0x7e00);
        }
        // from 65520 on, half way between the largest binary16 and the next power of two
        if (magnitude >= 0x477f_f000) {
            return (short) (sign | 0x7c00);
        }
        // below 2^-14 the result is subnormal: a count of 2^-24, which rint rounds to even
        if (magnitude < 0x3880_0000) {
            return (short) (sign | (int) Math.rint(Float.intBitsToFloat(magnitude) * 0x1p24));
        }
        int rebased = magnitude - ((127 - 15) << 23);
        return (short) (sign | (rebased + 0xfff + ((rebased >> 13) & 1)) >> 13);
    }

    static float fromBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
