package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LogSnrDistributionTest {
    static Stream<LogSnrDistribution> distributions() {
        return Stream.of(
                new LogSnrDistribution.Normal(1.5, 2),
                LogSnrDistribution.Normal.ofLogSigma(-1.2, 1.2),
                new LogSnrDistribution.Laplace(0, .5),
                new LogSnrDistribution.Laplace(-2, 1.5));
    }

    /** Values of R's pnorm. */
    @ParameterizedTest
    @CsvSource({
        "-6, 9.865876450376946e-10",
        "-3, 0.0013498980316300945",
        "-1, 0.15865525393145705",
        "0, 0.5",
        "0.5, 0.6914624612740131",
        "2, 0.9772498680518208",
        "9, 1"
    })
    void cumulative_ofTheNormal_isTheTables(double z, double probability) {
        assertThat(new LogSnrDistribution.Normal(10, 3).cumulative(10 + 3 * z)).isCloseTo(probability, within(1e-15));
    }

    @ParameterizedTest
    @MethodSource("distributions")
    void cumulative_anywhere_isTheIntegralOfTheDensity(LogSnrDistribution levels) {
        double step = 1e-4;
        double sum = 0;
        for (int i = 0; i < 600_000; i++) {
            double middle = -30 + (i + .5) * step;
            sum += levels.density(middle) * step;
            if (i % 10_000 == 9_999) {
                assertThat(levels.cumulative(middle + step / 2)).isCloseTo(sum, within(1e-7));
            }
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
        assertThat(levels.cumulative(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(levels.cumulative(Double.POSITIVE_INFINITY)).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("distributions")
    void draw_manyTimes_hasTheDistribution(LogSnrDistribution levels) {
        SplittableRandom random = new SplittableRandom(5);
        double[] drawn = new double[40_000];
        Arrays.setAll(drawn, i -> levels.draw(random));
        Arrays.sort(drawn);
        for (int i = 0; i < drawn.length; i += 400) {
            // Kolmogorov's bound at one in a million
            assertThat(levels.cumulative(drawn[i])).isCloseTo(i / (double) drawn.length, within(2.7 / 200));
        }
    }

    @Test
    void construction_scaleOfZero_refused() {
        assertThatThrownBy(() -> new LogSnrDistribution.Laplace(0, 0)).hasMessageContaining("scale 0.0");
        assertThatThrownBy(() -> new LogSnrDistribution.Normal(0, -1)).hasMessageContaining("std -1.0");
    }
}
