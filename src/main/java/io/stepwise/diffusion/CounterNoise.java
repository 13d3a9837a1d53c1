package io.stepwise.diffusion;

import java.util.Objects;

/**
 * Gaussian noise as a pure function of (seed, image, draw, element), so that one seed gives one image in every batch,
 * beside every neighbour and after a restart.
 *
 * <p>The recipe, so that it can be reproduced in any language: element {@code e} of a draw belongs to block {@code b = e / 4} (whole
 * division), lane {@code e % 4}. One call of Philox4x32 with 10 rounds (Salmon et al. 2011, "Parallel random numbers:
 * as easy as 1, 2, 3", https://doi.org/10.1145/2063384.2063405, with the constants of their Random123 library) turns
 *
 * <pre>
 *   key     = (seed mod 2^32, seed / 2^32)    seed read as an unsigned 64-bit number
 *   counter = (b, draw, image, 0)
 * </pre>
 *
 * into four 32-bit words. The first two give lanes 0 and 1, the last two lanes 2 and 3, by Box and Muller (1958) in
 * {@code double}, with u the first word of the pair and v the second, both unsigned:
 *
 * <pre>
 *   radius = sqrt(-2 · ln((u + 1) / 2^32))
 *   angle  = v · (2π / 2^32)
 *   lanes  = radius · cos(angle), radius · sin(angle)
 * </pre>
 *
 * Elements are numbered as in an image's [C,H,W] array. Draw 0 is the noise an image starts from; draws 1, 2, … are
 * those of its {@link Trajectory}. ln, sin and cos are {@link StrictMath}'s (fdlibm), so the numbers have the same
 * bits on every platform; {@code float} noise is the {@code double} rounded. The greatest magnitude is 6.66.
 *
 * <p>{@link #choice} uses the first word of the counter (0, 0, image, 1) under the same key.
 */
public final class CounterNoise {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final long LOW_WORD = 0xFFFFFFFFL;
    private static final double TWO_PI_PER_WORD = 2 * Math.PI * 0x1p-32;

    private CounterNoise() {}

    /**
     * Writes elements 0 … length-1 of a draw. A shorter draw is the beginning of a longer one.
     *
     * @param seed any
     * @param image number of the image among those of one seed, 0 or more
     * @param draw number of the draw, 0 or more
     * @param out written from {@code offset} on
     * @throws IllegalArgumentException if image or draw is negative
     * @throws IndexOutOfBoundsException if {@code length} elements do not fit
     */
    public static void fill(long seed, int image, int draw, double[] out, int offset, int length) {
        check(image, draw);
        Objects.checkFromIndexSize(offset, length, out.length);
        int[] words = new int[4];
        double[] lanes = new double[4];
        for (int e = 0; e < length; e += 4) {
            lanes(seed, e >> 2, draw, image, words, lanes);
            System.arraycopy(lanes, 0, out, offset + e, Math.min(4, length - e));
        }
    }

    /** The same numbers rounded to {@code float}. */
    public static void fill(long seed, int image, int draw, float[] out, int offset, int length) {
        check(image, draw);
        Objects.checkFromIndexSize(offset, length, out.length);
        int[] words = new int[4];
        double[] lanes = new double[4];
        for (int e = 0; e < length; e += 4) {
            lanes(seed, e >> 2, draw, image, words, lanes);
            for (int lane = 0; lane < Math.min(4, length - e); lane++) {
                out[offset + e + lane] = (float) lanes[lane];
            }
        }
    }

    /**
     * One of {@code count} equally likely numbers: 0 … count-1.
     *
     * @param seed any
     * @param image number of the image among those of one seed, 0 or more
     * @param count at least 1
     */
    public static int choice(long seed, int image, int count) {
        int[] words = new int[4];
        philox((int) seed, (int) (seed >>> 32), 0, 0, image, 1, words);
        return (int) ((words[0] & LOW_WORD) * count >>> 32);
    }

    private static void lanes(long seed, int block, int draw, int image, int[] words, double[] lanes) {
        philox((int) seed, (int) (seed >>> 32), block, draw, image, 0, words);
        for (int pair = 0; pair < 4; pair += 2) {
            double radius = Math.sqrt(-2 * StrictMath.log(((words[pair] & LOW_WORD) + 1) * 0x1p-32));
            double angle = (words[pair + 1] & LOW_WORD) * TWO_PI_PER_WORD;
            lanes[pair] = radius * StrictMath.cos(angle);
            lanes[pair + 1] = radius * StrictMath.sin(angle);
        }
    }

    /** Philox4x32-10: encrypts counter (c0 … c3) under key (k0, k1) into four words. */
    static void philox(int k0, int k1, int c0, int c1, int c2, int c3, int[] words) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & LOW_WORD);
            long product1 = MULTIPLIER_1 * (c2 & LOW_WORD);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        words[0] = c0;
        words[1] = c1;
        words[2] = c2;
        words[3] = c3;
    }

    private static void check(int image, int draw) {
        if (image < 0) {
            throw new IllegalArgumentException("image " + image + " must be 0 or more");
        }
        if (draw < 0) {
            throw new IllegalArgumentException("draw " + draw + " must be 0 or more");
        }
    }
}
