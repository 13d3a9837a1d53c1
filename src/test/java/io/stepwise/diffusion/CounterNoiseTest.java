package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterNoiseTest {
    private static final int MANY = 1 << 20;

    /** The vectors of Random123's kat_vectors for philox4x32 10. */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000, 00000000 00000000 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff, ffffffff ffffffff ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "a4093822 299f31d0, 243f6a88 85a308d3 13198a2e 03707344, d16cfe09 94fdcceb 5001e420 24126ea1"
    })
    void philox_publishedVectors_match(String key, String counter, String expected) {
        int[] k = words(key);
        int[] c = words(counter);
        int[] out = new int[4];
        CounterNoise.philox(k[0], k[1], c[0], c[1], c[2], c[3], out);
        assertThat(out).containsExactly(words(expected));
    }

    /** Made by the recipe of the class comment written in Python. */
    @Test
    void fill_recipeInPython_sameNumbers() {
        assertThat(noise(42, 0, 0, 6))
                .containsExactly(
                        new double[] {
                            -0.9701897896896211,
                            0.1940189560319242,
                            -1.235620741535049,
                            1.9239267500724069,
                            -0.07318150799478833,
                            0.13913749569344222
                        },
                        within(1e-14));
        assertThat(noise(-1, 3, 7, 3))
                .containsExactly(
                        new double[] {-0.7178179444875025, -0.19730249762393562, 0.773589185811431}, within(1e-14));
        assertThat(noise((1L << 40) + 5, 1, 1000, 2))
                .containsExactly(new double[] {-1.5220735167806025, -1.18069592924607}, within(1e-14));
    }

    @Test
    void fill_fewerElements_samePrefix() {
        double[] all = noise(7, 1, 2, 50);
        for (int length = 0; length < 50; length++) {
            assertThat(noise(7, 1, 2, length)).containsExactly(Arrays.copyOf(all, length));
        }
    }

    @Test
    void fill_floats_areTheDoublesRounded() {
        float[] floats = new float[23];
        CounterNoise.fill(9, 4, 5, floats, 2, 19);
        double[] doubles = noise(9, 4, 5, 19);
        for (int i = 0; i < 19; i++) {
            assertThat(floats[i + 2]).isEqualTo((float) doubles[i]);
        }
        assertThat(floats[1]).isZero();
        assertThat(floats[21]).isZero();
    }

    @Test
    void fill_manyElements_areStandardNormal() {
        double[] z = noise(2024, 0, 0, MANY);
        double standardError = 1 / Math.sqrt(MANY);
        assertThat(moment(z, 1)).isCloseTo(0, within(4 * standardError));
        assertThat(moment(z, 2)).isCloseTo(1, within(4 * Math.sqrt(2) * standardError));
        assertThat(moment(z, 3)).isCloseTo(0, within(4 * Math.sqrt(15) * standardError));
        assertThat(moment(z, 4)).isCloseTo(3, within(4 * Math.sqrt(96) * standardError));
        // Kolmogorov-Smirnov at the 0.1 % level against the normal distribution, by its quantiles
        double[] sorted = z.clone();
        Arrays.sort(sorted);
        assertThat(share(sorted, 0)).isCloseTo(.5, within(1.95 * standardError));
        assertThat(share(sorted, 1)).isCloseTo(.8413447460685429, within(1.95 * standardError));
        assertThat(share(sorted, -2)).isCloseTo(.022750131948179195, within(1.95 * standardError));
        assertThat(share(sorted, 3)).isCloseTo(.9986501019683699, within(1.95 * standardError));
    }

    @Test
    void fill_otherSeedImageDrawOrLane_isIndependent() {
        double[] base = noise(1, 0, 1, MANY);
        assertUncorrelated(base, noise(2, 0, 1, MANY));
        assertUncorrelated(base, noise(1L << 32 | 1, 0, 1, MANY));
        assertUncorrelated(base, noise(1, 1, 1, MANY));
        assertUncorrelated(base, noise(1, 0, 2, MANY));
        double[] shifted = new double[MANY];
        System.arraycopy(base, 0, shifted, 1, MANY - 1);
        assertUncorrelated(base, shifted);
        double[] squares =
                Arrays.stream(base).map(z -> (z * z - 1) / Math.sqrt(2)).toArray();
        double[] shiftedSquares =
                Arrays.stream(shifted).map(z -> (z * z - 1) / Math.sqrt(2)).toArray();
        assertUncorrelated(squares, shiftedSquares);
    }

    @Test
    void fill_negativeImageOrDraw_isRejected() {
        assertThatThrownBy(() -> noise(1, -1, 0, 4)).hasMessage("image -1 must be 0 or more");
        assertThatThrownBy(() -> noise(1, 0, -2, 4)).hasMessage("draw -2 must be 0 or more");
    }

    @Test
    void fill_tooLong_isRejected() {
        assertThatThrownBy(() -> CounterNoise.fill(1, 0, 0, new double[4], 2, 3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static void assertUncorrelated(double[] a, double[] b) {
        double product = 0;
        for (int i = 0; i < a.length; i++) {
            product += a[i] * b[i] / a.length;
        }
        assertThat(product).isCloseTo(0, within(4.5 / Math.sqrt(a.length)));
    }

    private static double moment(double[] z, int power) {
        return Arrays.stream(z).map(value -> Math.pow(value, power)).average().orElseThrow();
    }

    private static double share(double[] sorted, double below) {
        int place = Arrays.binarySearch(sorted, below);
        return (double) (place < 0 ? -place - 1 : place) / sorted.length;
    }

    private static double[] noise(long seed, int image, int draw, int length) {
        double[] out = new double[length];
        CounterNoise.fill(seed, image, draw, out, 0, length);
        return out;
    }

    private static int[] words(String hex) {
        return Arrays.stream(hex.split(" "))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
                .toArray();
    }

    @Test
    void choice_isOneOfTheNumbersAndDependsOnSeedAndImage() {
        int[] counts = new int[5];
        for (int image = 0; image < 5000; image++) {
            counts[CounterNoise.choice(7, image, 5)]++;
        }

        assertThat(counts)
                .satisfies(all -> assertThat(IntStream.of(all)).allMatch(count -> count > 900 && count < 1100));
        assertThat(IntStream.range(0, 64)
                        .map(seed -> CounterNoise.choice(seed, 0, 1000))
                        .distinct()
                        .count())
                .isGreaterThan(50);
        assertThat(CounterNoise.choice(-1, 0, 1)).isZero();
    }

    /** The block of Random123 that the recipe names, computed with the same cipher. */
    @Test
    void choice_isTheFirstWordOfItsOwnCounter() {
        int[] words = new int[4];
        CounterNoise.philox(42, 3, 0, 0, 9, 1, words);

        assertThat(CounterNoise.choice((3L << 32) + 42, 9, 1 << 16)).isEqualTo(words[0] >>> 16);
    }
}
