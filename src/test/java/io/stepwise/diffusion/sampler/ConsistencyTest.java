package io.stepwise.diffusion.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.BetaCurve;
import io.stepwise.diffusion.Clip;
import io.stepwise.diffusion.EdmPreconditioning;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.ReverseStep;
import io.stepwise.diffusion.Trajectory;
import io.stepwise.diffusion.TrajectoryRun;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyTest {
    private static final NoiseSchedule COSINE = NoiseSchedule.of(BetaCurve.COSINE, 1000);

    /** x0 noised anew: the state has the amplitudes of the next level, whatever it was before. */
    @Test
    void trajectory_everyStep_noisesTheCleanImageAnew() {
        Trajectory way = Consistency.of(Spacing.TRAILING).trajectory(COSINE, Prediction.V_PREDICTION, 2);

        ReverseStep first = way.steps().get(0);
        assertThat(first.timestep()).isEqualTo(999);
        double a = COSINE.alphasCumprod(499);
        assertThat(first.matrix()).containsExactly(new double[] {0, Math.sqrt(a), 0, Math.sqrt(1 - a)}, within(1e-12));
        assertThat(first.draw()).isEqualTo(1);
        ReverseStep last = way.steps().get(1);
        assertThat(last.timestep()).isEqualTo(499);
        assertThat(last.matrix()).containsExactly(0, 1, 0, 0);
        assertThat(last.draws()).isFalse();
        assertThat(way.steps()).hasSize(2);
    }

    /**
     * The network sees the end of the deterministic path through each point, as after perfect tuning. For N(m, d²) that is
     * {@code m + d·(x/α - m) / sqrt(d² + σ²)}. Then a single step has the right distribution, and further ones keep it.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void trajectory_perfectlyConsistentNetwork_samplesItsGaussian(int steps) {
        double mean = .3;
        double deviation = .2;
        Trajectory way = Consistency.of(Spacing.TRAILING).trajectory(COSINE, Prediction.SAMPLE, steps);
        TrajectoryRun.Network perfect = (x, t) -> {
            double a = COSINE.alphasCumprod((int) t);
            double whole = Math.sqrt(deviation * deviation + (1 - a) / a);
            return Arrays.stream(x)
                    .map(each -> mean + deviation * (each / Math.sqrt(a) - mean) / whole)
                    .toArray();
        };
        Random random = new Random(1);
        double[] start = random.doubles(4000).map(any -> random.nextGaussian()).toArray();
        double[] image = TrajectoryRun.of(way, perfect, start, draw -> Arrays.stream(start)
                        .map(any -> random.nextGaussian())
                        .toArray())
                .get(steps - 1)
                .after();

        double found = Arrays.stream(image).average().orElseThrow();
        double variance = Arrays.stream(image)
                .map(x -> (x - found) * (x - found))
                .average()
                .orElseThrow();
        assertThat(found).isCloseTo(mean, within(.02));
        assertThat(Math.sqrt(variance)).isCloseTo(deviation, within(.02));
    }

    @Test
    void trajectory_networkWithoutTimesteps_goesAlongItsSigmas() {
        TimeGrid karras = TimeGrid.of(Spacing.TRAILING, 0).with(Sigmas.KARRAS);
        Trajectory way = new Consistency(karras, Clip.UNIT).trajectory(new EdmPreconditioning(.5), 3);

        assertThat(way.steps()).hasSize(3);
        assertThat(way.steps().get(2).matrix()).containsExactly(0, 1, 0, 0);
        assertThat(way.steps().get(0).draws()).isTrue();
    }
}
