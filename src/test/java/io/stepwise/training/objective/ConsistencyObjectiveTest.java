package io.stepwise.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsistencyObjectiveTest {
    private static final int STAGES = 4;

    private static TrainingSpec spec(String prediction) {
        return TrainingSpecJson.with(
                TrainingSpec.defaults(), Map.of("prediction", prediction, "consistency", Map.of("stages", STAGES)));
    }

    private static double sigma(NoiseSchedule schedule, int t) {
        double a = schedule.alphasCumprod(t);
        return Math.sqrt((1 - a) / a);
    }

    /** A network that is right at both points sees the clean image from both. */
    @ParameterizedTest
    @ValueSource(strings = {"v_prediction", "sample"})
    void draw_bothPoints_areOnOnePathFromTheImage(String prediction) {
        TrainingSpec spec = spec(prediction);
        Objective objective = Objective.of(spec, ObjectiveState.NONE);
        SplittableRandom random = new SplittableRandom(1);
        double x0 = .7;
        double noise = -1.3;
        for (int i = 0; i < 1000; i++) {
            double[] k = objective.draw(random, i / 1000.0).coefficients();
            assertThat(k).hasSize(objective.rows());
            double out = prediction.equals("sample") ? x0 : k[0] * noise - k[1] * x0;
            assertThat(k[2] * (k[0] * x0 + k[1] * noise) + k[3] * out).isCloseTo(x0, within(1e-9));
            double nearer = prediction.equals("sample") ? x0 : k[5] * noise - k[6] * x0;
            assertThat(k[8] * (k[5] * x0 + k[6] * noise) + k[9] * nearer).isCloseTo(x0, within(1e-9));
            assertThat(k[6]).as("noise of the target").isLessThan(k[1]);
            assertThat(k[4]).isGreaterThanOrEqualTo(1);
        }
    }

    /** The formula of the paper, for timesteps that have much noise: sigmoid(-σ) is 0 there. */
    @Test
    void draw_laterStages_compareNearerPoints() {
        TrainingSpec spec = spec("v_prediction");
        NoiseSchedule schedule = spec.noiseSchedule();
        Objective objective = Objective.of(spec, ObjectiveState.NONE);
        SplittableRandom random = new SplittableRandom(2);
        int checked = 0;
        for (int i = 0; i < 4000; i++) {
            int stage = i % STAGES;
            Objective.Level level = objective.draw(random, (stage + .5) / STAGES);
            int t = (int) level.timestep();
            int r = (int) level.coefficients()[7];
            if (sigma(schedule, t) > 20 && t < schedule.timesteps() - 1) {
                double most = sigma(schedule, t) * (1 - Math.pow(2, -stage - 1));
                assertThat(sigma(schedule, r)).isLessThanOrEqualTo(most);
                assertThat(r + 1 == t || sigma(schedule, r + 1) > most).isTrue();
                assertThat(level.coefficients()[4]).isEqualTo(1);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(50);
    }

    @Test
    void draw_littleNoiseAtFirst_aimsAtTheImageItself() {
        TrainingSpec spec = spec("v_prediction");
        Objective objective = Objective.of(spec, ObjectiveState.NONE);
        SplittableRandom random = new SplittableRandom(3);
        int clean = 0;
        for (int i = 0; i < 1000; i++) {
            Objective.Level level = objective.draw(random, 0);
            double sigma = sigma(spec.noiseSchedule(), (int) level.timestep());
            if (sigma < 1) { // n(1) / 2 is 1.6
                assertThat(level.coefficients()).endsWith(1, 0, 0, 1, 0);
                assertThat(level.coefficients()[4]).isCloseTo(1 / sigma, within(1e-9));
                clean++;
            }
        }
        assertThat(clean).isGreaterThan(300);
    }
}
