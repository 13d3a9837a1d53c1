package io.stepwise.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("libtorch")
class TrainingNetworkTest {
    private static final OptimizerStep STEP =
            new OptimizerStep(OptimizerStep.Algorithm.ADAM, 1e-3, .9, .999, 1e-8, 0, 1, .9);

    @Test
    void update_gradientsThatAreNoNumbers_changesNothing() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network = network(manager);
                TrainingNetwork undisturbed = network(manager)) {
            network.accumulateGradients(batch(1, Float.NaN));
            assertThat(network.update(STEP)).isNaN();
            assertThat(network.weights().toArray())
                    .isEqualTo(undisturbed.weights().toArray());
            assertThat(network.optimizerState().updates()).isZero();
            assertThat(network.gradients().toArray()).containsOnly(0);

            for (TrainingNetwork each : new TrainingNetwork[] {network, undisturbed}) {
                each.accumulateGradients(batch(2, 1));
                assertThat(each.update(STEP)).isFinite();
            }
            assertThat(network.weights().toArray())
                    .isEqualTo(undisturbed.weights().toArray());
            assertThat(network.average().toArray())
                    .isEqualTo(undisturbed.average().toArray());
            assertThat(network.optimizerState().updates()).isEqualTo(1);
        }
    }

    @Test
    void restore_savedState_goesOnWithTheSameBits() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network = network(manager);
                TrainingNetwork restored = network(manager)) {
            step(network, 1);
            restored.restore(network.weights().toArray(), network.average().toArray(), network.optimizerState());
            step(network, 2);
            step(restored, 2);
            assertThat(restored.weights().toArray()).isEqualTo(network.weights().toArray());
            assertThat(restored.average().toArray()).isEqualTo(network.average().toArray());
            assertThat(restored.optimizerState().secondMoment())
                    .isEqualTo(network.optimizerState().secondMoment());
        }
    }

    @Test
    void accumulateGradients_bfloat16Convolutions_isCloseToFloat32() throws IOException {
        GoldenUNet golden = golden();
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork exact = network(manager);
                TrainingNetwork fast = new TrainingNetwork(
                        manager, golden.net(), golden.weights(), Precision.BF16_CONVOLUTIONS, Loss.L2)) {
            float[] expected = exact.accumulateGradients(batch(1, 1));
            float[] actual = fast.accumulateGradients(batch(1, 1));
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i] / expected[i]).isBetween(.98f, 1.02f);
            }
            assertThat(fast.update(STEP) / exact.update(STEP)).isBetween(.97f, 1.03f);
        }
    }

    private static void step(TrainingNetwork network, int seed) {
        network.accumulateGradients(batch(seed, 1));
        network.update(STEP);
    }

    private static TrainingNetwork network(NDManager manager) throws IOException {
        GoldenUNet golden = golden();
        return new TrainingNetwork(manager, golden.net(), golden.weights(), Precision.F32, Loss.L2);
    }

    private static GoldenUNet golden() throws IOException {
        return GoldenUNet.read(Path.of("src/test/resources/golden/unet-tiny"));
    }

    /** Two images of noise times {@code scale}. */
    private static TrainingBatch batch(int seed, float scale) {
        Random random = new Random(seed);
        float[] x0 = new float[2 * 3 * 16 * 16];
        float[] noise = new float[x0.length];
        for (int i = 0; i < x0.length; i++) {
            x0[i] = scale * (random.nextFloat() - .5f);
            noise[i] = (float) random.nextGaussian();
        }
        float[] coefficients = new float[10];
        Arrays.fill(coefficients, 0, 4, .7f);
        Arrays.fill(coefficients, 6, 10, 1);
        return new TrainingBatch(x0, noise, new float[] {100, 700}, new long[2], coefficients);
    }
}
