package io.stepwise.training.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    @Test
    void at_warmup_growsLinearlyFromTheFirstStep() {
        LearningRate rate = new LearningRate(8, 4, 100, false);
        assertThat(new double[] {rate.at(1), rate.at(2), rate.at(3), rate.at(4), rate.at(5), rate.at(100)})
                .containsExactly(2, 4, 6, 8, 8, 8);
    }

    @Test
    void at_cosine_startsAtBaseIsHalfInTheMiddleAndEndsNearZero() {
        LearningRate rate = new LearningRate(2, 10, 110, true);
        assertThat(rate.at(11)).isEqualTo(2);
        assertThat(rate.at(61)).isCloseTo(1, within(1e-12));
        assertThat(rate.at(110))
                .isCloseTo(2 * (1 + Math.cos(Math.PI * 0.99)) / 2, within(1e-12))
                .isPositive();
        assertThat(rate.at(111)).isEqualTo(rate.at(110));
    }

    @Test
    void at_noWarmup_firstStepHasBase() {
        assertThat(new LearningRate(3, 0, 1, true).at(1)).isEqualTo(3);
    }

    @Test
    void at_warmupOnly_lastStepHasBase() {
        assertThat(new LearningRate(3, 5, 5, true).at(5)).isEqualTo(3);
    }

    @Test
    void constructor_outOfRange_refused() {
        assertThatThrownBy(() -> new LearningRate(0, 0, 1, true)).hasMessageContaining("base 0.0 must be above 0");
        assertThatThrownBy(() -> new LearningRate(1, 0, 0, true)).hasMessageContaining("steps 0 must be 1 or more");
        assertThatThrownBy(() -> new LearningRate(1, 6, 5, true)).hasMessageContaining("warmupSteps 6 must be 0 to 5");
    }
}
