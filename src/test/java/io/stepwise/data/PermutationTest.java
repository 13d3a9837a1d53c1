package io.stepwise.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermutationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 8, 17, 64, 100, 257, 4096, 10_007})
    void at_allIndices_isABijection(long size) {
        Permutation permutation = new Permutation(size, 99);
        assertThat(LongStream.range(0, size).map(permutation::at).sorted())
                .containsExactly(LongStream.range(0, size).boxed().toArray(Long[]::new));
    }

    @Test
    void at_otherSeed_isAnotherOrder() {
        long agreeing = LongStream.range(0, 1000)
                .filter(i -> new Permutation(1000, 1).at(i) == new Permutation(1000, 2).at(i))
                .count();
        assertThat(agreeing).isLessThan(10);
    }

    @Test
    void at_neighbours_areScattered() {
        Permutation permutation = new Permutation(100_000, 7);
        double distance = 0;
        for (int i = 0; i < 2000; i++) {
            distance += Math.abs(permutation.at(i) - permutation.at(i + 1));
        }
        // two uniform places are a third of the range apart
        assertThat(distance / 2000 / 100_000).isBetween(0.31, 0.36);
    }

    @Test
    void at_smallRange_reachesEveryOrder() {
        long orders = LongStream.range(0, 2000)
                .map(seed -> {
                    Permutation p = new Permutation(4, seed);
                    return p.at(0) * 64 + p.at(1) * 16 + p.at(2) * 4 + p.at(3);
                })
                .distinct()
                .count();
        assertThat(orders).isEqualTo(24);
    }

    @Test
    void at_hugeRange_staysInside() {
        Permutation permutation = new Permutation(Permutation.MAX_SIZE, 3);
        assertThat(LongStream.range(0, 1000).map(permutation::at).distinct().count())
                .isEqualTo(1000);
        assertThat(permutation.at(Permutation.MAX_SIZE - 1)).isBetween(0L, Permutation.MAX_SIZE - 1);
        assertThatThrownBy(() -> permutation.at(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void construct_noElements_isRefused() {
        assertThatThrownBy(() -> new Permutation(0, 1)).hasMessageContaining("size 0 must be in [1, 2^62]");
    }
}
