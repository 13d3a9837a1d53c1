package io.stepwise.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LossHistoryTest {
    private static final int T = 4;

    @Test
    void draw_beforeAllHaveTenLosses_isUniform() {
        LossHistory history = new LossHistory(T, List.of());
        for (int i = 0; i < 10; i++) {
            history.add(new float[] {0, 1, 2}, new double[] {1, 5, 9});
        }
        assertThat(shares(history)).containsExactly(new double[] {.25, .25, .25, .25}, within(.01));
        assertThat(history.weight(2)).isEqualTo(1);
    }

    /** The losses 11 … 20 of each timestep are the last ten, times t + 1; the larger timesteps have the larger losses. */
    @Test
    void draw_warm_isByTheRootOfTheMeanSquare() {
        LossHistory history = warm();
        double sum = 1 + 2 + 3 + 4; // the roots of the mean squares are in this proportion
        double[] shares = shares(history);
        double mean = 0;
        for (int t = 0; t < T; t++) {
            double expected = .999 * (t + 1) / sum + .001 / T;
            assertThat(shares[t]).isCloseTo(expected, within(.01));
            assertThat(history.weight(t)).isCloseTo(1 / (T * expected), within(1e-12));
            mean += expected * history.weight(t);
        }
        assertThat(mean).as("the weights undo the draws").isCloseTo(1, within(1e-12));
    }

    @Test
    void losses_restored_goOnAlike() {
        LossHistory history = warm();
        LossHistory restored = new LossHistory(T, history.losses());
        for (LossHistory each : List.of(history, restored)) {
            each.add(new float[] {3}, new double[] {100});
        }
        assertThat(restored.losses()).isEqualTo(history.losses());
        assertThat(restored.weight(3)).isEqualTo(history.weight(3)).isLessThan(warm().weight(3));
        assertThat(restored.losses().get(3)).hasSize(10).endsWith(80f, 100f).startsWith(48f);
    }

    @Test
    void add_lossThatIsNoNumber_leftOut() {
        LossHistory history = warm();
        history.add(new float[] {1}, new double[] {Double.NaN});
        assertThat(history.losses()).isEqualTo(warm().losses());
    }

    @Test
    void construction_lossesOfAnotherSchedule_startsAnew() {
        assertThat(new LossHistory(T + 1, warm().losses()).losses())
                .hasSize(T + 1)
                .containsOnly(List.of());
    }

    private static LossHistory warm() {
        LossHistory history = new LossHistory(T, List.of());
        for (int i = 1; i <= 20; i++) {
            history.add(new float[] {0, 1, 2, 3}, new double[] {i, 2 * i, 3 * i, 4 * i});
        }
        return history;
    }

    private static double[] shares(LossHistory history) {
        SplittableRandom random = new SplittableRandom(6);
        double[] shares = new double[T];
        for (int i = 0; i < 40_000; i++) {
            shares[history.draw(random)] += 1 / 40_000.0;
        }
        return Arrays.copyOf(shares, T);
    }
}
