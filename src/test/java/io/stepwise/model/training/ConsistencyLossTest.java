package io.stepwise.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.GoldenUNet;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The loss of consistency tuning, and its gradients, beside what single calls of the network give. */
@Tag("libtorch")
class ConsistencyLossTest {
    private static final int NUMBERS = 3 * 16 * 16;
    private static final double C = .00054;
    private static final double WEIGHT = 1.5;
    /** Of v-prediction: amplitudes of image and noise at 700 and at 300. */
    private static final float[] NOISY = {.6f, .8f};

    private static final float[] NEARER = {.96f, .28f};
    private static final float[] T = {700, 300};

    private final float[] x0 = new float[NUMBERS];
    private final float[] noise = new float[NUMBERS];

    ConsistencyLossTest() {
        Random random = new Random(1);
        for (int i = 0; i < NUMBERS; i++) {
            x0[i] = random.nextFloat() - .5f;
            noise[i] = (float) random.nextGaussian();
        }
    }

    private static GoldenUNet golden() throws IOException {
        return GoldenUNet.read(Path.of("src/test/resources/golden/unet-tiny"));
    }

    private TrainingBatch batch() {
        float[] k = {
            NOISY[0], NOISY[1], NOISY[0], -NOISY[1], (float) WEIGHT, NEARER[0], NEARER[1], T[1], NEARER[0], -NEARER[1]
        };
        return new TrainingBatch(x0, noise, new float[] {T[0]}, new long[1], k);
    }

    /** The clean image that a network with these weights sees. */
    private double[] seen(NDManager manager, GoldenUNet golden, float[] weights, float[] point, float t) {
        float[] x = new float[NUMBERS];
        for (int i = 0; i < NUMBERS; i++) {
            x[i] = point[0] * x0[i] + point[1] * noise[i];
        }
        FlatWeights flat = FlatWeights.of(manager, golden.net().parameters(), weights);
        double[] image = new double[NUMBERS];
        try (InferenceNetwork network = InferenceNetwork.load(manager, golden.net(), flat, Precision.F32)) {
            float[] out = network.forward(
                            manager.create(FloatBuffer.wrap(x), new Shape(1, 3, 16, 16)),
                            manager.create(new float[] {t}),
                            manager.create(new long[1]),
                            manager)
                    .toFloatArray();
            for (int i = 0; i < NUMBERS; i++) {
                image[i] = point[0] * x[i] - point[1] * out[i];
            }
        }
        return image;
    }

    private static double loss(double[] image, double[] goal) {
        double sum = 0;
        for (int i = 0; i < image.length; i++) {
            sum += (image[i] - goal[i]) * (image[i] - goal[i]);
        }
        return Math.sqrt(sum / image.length + C * C) - C;
    }

    @Test
    void losses_ofOnePath_areTheDistanceOfBothImages() throws IOException {
        GoldenUNet golden = golden();
        float[] weights = golden.weights();
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network =
                        new TrainingNetwork(manager, golden.net(), weights, Precision.F32, Loss.CONSISTENCY);
                LossNetwork heldOut = new LossNetwork(
                        manager,
                        golden.net(),
                        FlatWeights.of(manager, golden.net().parameters(), weights),
                        Loss.CONSISTENCY)) {
            double expected =
                    loss(seen(manager, golden, weights, NOISY, T[0]), seen(manager, golden, weights, NEARER, T[1]));

            assertThat((double) network.accumulateGradients(batch())[0]).isCloseTo(expected, within(1e-5));
            assertThat((double) heldOut.losses(batch())[0]).isCloseTo(expected, within(1e-5));
        }
    }

    /** The target stands still, although it comes from the same weights. */
    @Test
    void gradients_alongADirection_areTheRiseOfTheLossWithAFixedTarget() throws IOException {
        GoldenUNet golden = golden();
        float[] weights = golden.weights();
        Random random = new Random(3);
        float[] direction = new float[weights.length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) random.nextGaussian();
        }
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network =
                        new TrainingNetwork(manager, golden.net(), weights, Precision.F32, Loss.CONSISTENCY)) {
            network.accumulateGradients(batch());
            float[] gradients = network.state().gradients().toArray();
            double expected = 0;
            for (int i = 0; i < direction.length; i++) {
                expected += (double) gradients[i] * direction[i];
            }
            double[] goal = seen(manager, golden, weights, NEARER, T[1]);
            float step = 2e-4f;
            double up = loss(seen(manager, golden, moved(weights, direction, step), NOISY, T[0]), goal);
            double down = loss(seen(manager, golden, moved(weights, direction, -step), NOISY, T[0]), goal);

            assertThat(WEIGHT * (up - down) / (2 * step)).isCloseTo(expected, within(.02 * Math.abs(expected) + 1e-3));
            assertThat(Math.abs(expected)).isGreaterThan(.01);
        }
    }

    private static float[] moved(float[] weights, float[] direction, float step) {
        float[] moved = weights.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i];
        }
        return moved;
    }
}
