package io.stepwise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
    @Test
    void percentile_ofHundred_isTheNearestRank() {
        Distribution hundred = Distribution.of(
                IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray());

        assertThat(hundred.percentile(0)).isEqualTo(1);
        assertThat(hundred.percentile(50)).isEqualTo(50);
        assertThat(hundred.percentile(95)).isEqualTo(95);
        assertThat(hundred.percentile(99)).isEqualTo(99);
        assertThat(hundred.percentile(99.5)).isEqualTo(100);
        assertThat(hundred.percentile(100)).isEqualTo(100);
    }

    @Test
    void percentile_ofFew_isOneOfThem() {
        assertThat(Distribution.of(3, 1, 2).percentile(99)).isEqualTo(3);
        assertThat(Distribution.of(3, 1, 2).percentile(50)).isEqualTo(2);
    }

    @Test
    void median_ofEvenCount_isTheMeanOfTheMiddle() {
        assertThat(Distribution.of(4, 1, 2, 9).median()).isEqualTo(3);
        assertThat(Distribution.of(4, 1, 2).median()).isEqualTo(2);
    }

    @Test
    void everything_ofNothing_isNaN() {
        Distribution none = Distribution.of();

        assertThat(none.percentile(50)).isNaN();
        assertThat(none.median()).isNaN();
        assertThat(none.mean()).isNaN();
        assertThat(none.max()).isNaN();
    }

    @Test
    void percentile_outOfRange_isRefused() {
        assertThatThrownBy(() -> Distribution.of(1).percentile(101)).hasMessageContaining("101");
    }
}
