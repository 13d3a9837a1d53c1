package io.stepwise.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.model.GoldenUNet;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.torchscript.NativeThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(network.state().weights().toArray())
                    .isEqualTo(undisturbed.state().weights().toArray());
            assertThat(network.state().state().updates()).containsExactly(0L);
            assertThat(network.state().gradients().toArray()).containsOnly(0);

            for (TrainingNetwork each : new TrainingNetwork[] {network, undisturbed}) {
                each.accumulateGradients(batch(2, 1));
                assertThat(each.update(STEP)).isFinite();
            }
            assertThat(network.state().weights().toArray())
                    .isEqualTo(undisturbed.state().weights().toArray());
            assertThat(network.state().average().toArray())
                    .isEqualTo(undisturbed.state().average().toArray());
            assertThat(network.state().state().updates()).containsExactly(1L);
        }
    }

    @Test
    void restore_savedState_goesOnWithTheSameBits() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network = network(manager);
                TrainingNetwork restored = network(manager)) {
            step(network, 1);
            restored.state()
                    .restore(
                            network.state().weights().toArray(),
                            network.state().average().toArray(),
                            network.state().state());
            step(network, 2);
            step(restored, 2);
            assertThat(restored.state().weights().toArray())
                    .isEqualTo(network.state().weights().toArray());
            assertThat(restored.state().average().toArray())
                    .isEqualTo(network.state().average().toArray());
            assertThat(restored.state().state().secondMoment())
                    .isEqualTo(network.state().state().secondMoment());
        }
    }

    @Test
    void accumulateGradients_bfloat16_isCloseToFloat32() throws IOException {
        GoldenUNet golden = golden();
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork exact = network(manager);
                TrainingNetwork fast =
                        new TrainingNetwork(manager, golden.net(), golden.weights(), Precision.BF16, Loss.L2)) {
            float[] expected = exact.accumulateGradients(batch(1, 1));
            float[] actual = fast.accumulateGradients(batch(1, 1));
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i] / expected[i]).isBetween(.98f, 1.02f);
            }
            assertThat(fast.update(STEP) / exact.update(STEP)).isBetween(.97f, 1.03f);
        }
    }

    /** The batch is computed in parts, whose sums are rounded in another order. */
    @Test
    void accumulateGradients_twoWorkers_areThoseOfOneAndRepeatable() throws IOException {
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork one = network(manager)) {
            float[] losses = one.accumulateGradients(batch(1, 1));
            float[] expected = one.state().gradients().toArray();
            float[] first = null;
            for (int i = 0; i < 2; i++) {
                NativeThreads.ofThisThread(2);
                try (TrainingNetwork two = network(manager)) {
                    assertThat(two.accumulateGradients(batch(1, 1))).containsExactly(losses, within(1e-6f));
                    float[] actual = two.state().gradients().toArray();
                    assertThat(actual).containsExactly(expected, within(1e-6f));
                    first = first == null ? actual : first;
                    assertThat(actual).isEqualTo(first);
                } finally {
                    NativeThreads.ofThisThread(1);
                }
            }
        }
    }

    @Test
    void accumulateGradients_dropoutAndTwoThreads_isRepeatableByTheSeed() throws IOException {
        UNet net = golden().net();
        ObjectNode config = UNetConfigJson.toObject(net.config());
        config.put("dropout", .3);
        UNet dropping = new UNet(UNetConfigJson.fromObject("config.json", config), net.height(), net.width());
        NativeThreads.ofThisThread(2);
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network =
                        new TrainingNetwork(manager, dropping, golden().weights(), Precision.F32, Loss.L2)) {
            float[][] losses = new float[3][];
            for (int i = 0; i < 3; i++) {
                JniUtils.setSeed(i / 2);
                losses[i] = network.accumulateGradients(batch(1, 1));
            }
            assertThat(losses[1]).isEqualTo(losses[0]);
            assertThat(losses[2]).isNotEqualTo(losses[0]);
        } finally {
            NativeThreads.ofThisThread(1);
        }
    }

    /** Along a random direction, for every architecture of the golden vectors that has labels or none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "attnskip-learned",
                "classcond",
                "heads-rect",
                "noattn",
                "resnetsample",
                "scaleshift",
                "skip",
                "tiny"
            })
    void gradients_ofEveryArchitecture_areTheSlopesOfTheLoss(String name) throws IOException {
        GoldenUNet golden = GoldenUNet.read(GoldenUNet.root().resolve("unet-" + name));
        TrainingBatch batch = batch(golden.net());
        Random random = new Random(3);
        float[] direction = new float[golden.weights().length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) random.nextGaussian();
        }
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network =
                        new TrainingNetwork(manager, golden.net(), golden.weights(), Precision.F32, Loss.L2)) {
            loss(network, batch);
            float[] gradients = network.state().gradients().toArray();
            double expected = 0;
            for (int i = 0; i < direction.length; i++) {
                expected += (double) gradients[i] * direction[i];
            }
            float step = 2e-4f;
            double rise = lossAt(network, batch, golden.weights(), direction, step)
                    - lossAt(network, batch, golden.weights(), direction, -step);
            assertThat(rise / (2 * step)).isCloseTo(expected, within(.02 * Math.abs(expected) + 1e-3));
        }
    }

    private static double lossAt(
            TrainingNetwork network, TrainingBatch batch, float[] weights, float[] direction, float step) {
        float[] moved = weights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i];
        }
        network.state()
                .restore(
                        moved,
                        moved,
                        new OptimizerState(new float[moved.length], new float[moved.length], List.of(0L)));
        return loss(network, batch);
    }

    /** The mean over two samples. */
    private static double loss(TrainingNetwork network, TrainingBatch batch) {
        JniUtils.setSeed(0); // one of the networks has dropout
        float[] losses = network.accumulateGradients(batch);
        return (losses[0] + losses[losses.length / 2]) / 2.0;
    }

    private static TrainingBatch batch(UNet net) {
        Random random = new Random(1);
        float[] x0 = new float[2 * net.config().inChannels() * net.height() * net.width()];
        float[] noise = new float[x0.length];
        for (int i = 0; i < x0.length; i++) {
            x0[i] = random.nextFloat() - .5f;
            noise[i] = (float) random.nextGaussian();
        }
        float[] coefficients = new float[2 * TrainingBatch.rows(net)]; // the bound of a learned variance weighs nothing
        Arrays.fill(coefficients, 0, 8, .7f);
        Arrays.fill(coefficients, 8, 10, 1);
        return new TrainingBatch(x0, noise, new float[] {2, 5}, new long[] {0, 1}, coefficients);
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
