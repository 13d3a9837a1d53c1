package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.data.ImageBatch;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.kind.NoisedBatches;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.TrainingSpec;
import io.stepwise.training.spec.TrainingSpecJson;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NoisedBatchesTest {
    private static final int SIZE = 64;
    private static final ImageBatch BATCH = new ImageBatch(new float[SIZE * 12], labels(), SIZE);

    @Test
    void of_sameSeedAndNumber_givesTheSame() {
        TrainingBatch one = batches(Map.of("seed", 3), -1).of(BATCH, 17, 1);
        TrainingBatch same = batches(Map.of("seed", 3), -1).of(BATCH, 17, 1);
        assertThat(same.timesteps()).isEqualTo(one.timesteps());
        assertThat(same.noise()).isEqualTo(one.noise());
        assertThat(same.coefficients()).isEqualTo(one.coefficients());
    }

    @Test
    void of_anotherNumberOrSeed_givesOthers() {
        TrainingBatch one = batches(Map.of("seed", 3), -1).of(BATCH, 17, 1);
        for (TrainingBatch other : new TrainingBatch[] {
            batches(Map.of("seed", 3), -1).of(BATCH, 18, 1),
            batches(Map.of("seed", 4), -1).of(BATCH, 17, 1)
        }) {
            assertThat(Arrays.equals(other.timesteps(), one.timesteps())).isFalse();
            assertThat(Arrays.equals(other.noise(), one.noise())).isFalse();
        }
    }

    @Test
    void of_manyBatches_coversAllTimestepsWithStandardNoise() {
        NoisedBatches batches = batches(Map.of("timesteps", 20), -1);
        Set<Integer> seen = new HashSet<>();
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int number = 0; number < 20; number++) {
            TrainingBatch batch = batches.of(BATCH, number, 1);
            for (float t : batch.timesteps()) {
                seen.add((int) t);
            }
            for (float each : batch.noise()) {
                sum += each;
                squares += (double) each * each;
                count++;
            }
        }
        assertThat(seen).hasSize(20).allMatch(t -> t >= 0 && t < 20);
        assertThat(sum / count).isCloseTo(0, within(.04));
        assertThat(squares / count).isCloseTo(1, within(.06));
    }

    /** With v-prediction: a = α, s = σ, u = -σ, v = α, and the weight of min-SNR times the share. */
    @Test
    void of_vPrediction_hasItsCoefficients() {
        Map<String, Object> changes = Map.of("prediction", "v_prediction", "loss_weighting", "min_snr");
        NoiseSchedule schedule = spec(changes).noiseSchedule();
        TrainingBatch batch = batches(changes, -1).of(BATCH, 0, .5);
        for (int i = 0; i < SIZE; i++) {
            double a = schedule.alphasCumprod((int) batch.timesteps()[i]);
            double snr = a / (1 - a);
            double[] expected = {
                Math.sqrt(a), Math.sqrt(1 - a), -Math.sqrt(1 - a), Math.sqrt(a), Math.min(snr, 5) / (snr + 1) / 2
            };
            for (int row = 0; row < 5; row++) {
                assertThat((double) batch.coefficients()[row * SIZE + i]).isCloseTo(expected[row], within(1e-6));
            }
        }
    }

    @Test
    void of_labelDropout_hidesThatShareAndWhatHasNone() {
        NoisedBatches batches = batches(Map.of("label_dropout", .25), 5);
        int hidden = 0;
        for (int number = 0; number < 20; number++) {
            TrainingBatch batch = batches.of(BATCH, number, 1);
            assertThat(batch.labels()[0]).isEqualTo(5); // without a label from the start
            for (int i = 1; i < SIZE; i++) {
                assertThat(batch.labels()[i]).isIn(5L, (long) BATCH.labels()[i]);
                hidden += batch.labels()[i] == 5 ? 1 : 0;
            }
        }
        assertThat(hidden / (20.0 * (SIZE - 1))).isCloseTo(.25, within(.06));
        assertThat(batches(Map.of(), -1).of(BATCH, 0, 1).labels()).containsOnly(0);
    }

    private static int[] labels() {
        int[] labels = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            labels[i] = i % 5;
        }
        labels[0] = -1;
        return labels;
    }

    private static TrainingSpec spec(Map<String, Object> changes) {
        return TrainingSpecJson.with(TrainingSpec.defaults(), changes);
    }

    private static NoisedBatches batches(Map<String, Object> changes, int noLabel) {
        TrainingSpec spec = spec(changes);
        return new NoisedBatches(spec, Objective.of(spec, ObjectiveState.NONE), noLabel);
    }
}
