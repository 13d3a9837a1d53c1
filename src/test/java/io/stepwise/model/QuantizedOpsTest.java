package io.stepwise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A convolution in int8 against sums of integers in Java, and the ranges that it is given. */
@Tag("libtorch")
class QuantizedOpsTest {
    private static final int IN = 16;
    private static final int OUT = 32;
    private static final int SIDE = 8;
    private static final int PIXELS = SIDE * SIDE;

    private final NDManager manager = NDManager.newBaseManager();
    private final Random random = new Random(5);

    @AfterEach
    void close() {
        manager.close();
    }

    /** A network of one convolution. */
    private record Convolution(int stride) implements Network {
        @Override
        public int channels() {
            return IN;
        }

        @Override
        public int height() {
            return SIDE;
        }

        @Override
        public int width() {
            return SIDE;
        }

        @Override
        public Integer classes() {
            return null;
        }

        @Override
        public List<Integer> blockOutChannels() {
            return List.of(OUT);
        }

        @Override
        public Value forward(Ops ops, String sample, String timesteps, String labels) {
            return ops.conv(new Value(sample, IN, SIDE, SIDE), "conv", OUT, 3, stride, 1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void forward_knownRange_isTheSumOfIntegers(int stride) {
        float[] weights = normal(OUT * IN * 9 + OUT);
        float[] x = normal(2 * IN * PIXELS); // a few values lie outside of the range
        float[] expected = expected(x, weights, -3, 3.5f, stride);

        float[] y = forward(Precision.INT8, weights, x, stride, -3, 3.5f);

        assertThat(y).containsExactly(expected, within(1e-4f));
        assertThat(rms(y, forward(Precision.F32, weights, x, stride)))
                .as("another rounding than float32's")
                .isBetween(.01, .5);
    }

    @Test
    void forward_anyBatch_theSameBits() {
        float[] weights = normal(OUT * IN * 9 + OUT);
        float[] x = normal(8 * IN * PIXELS);
        float[] all = forward(Precision.INT8, weights, x, 1, -2, 3);
        for (int rows = 1; rows < 8; rows++) {
            float[] some = forward(Precision.INT8, weights, Arrays.copyOf(x, rows * IN * PIXELS), 1, -2, 3);
            assertThat(some).as("%d rows", rows).isEqualTo(Arrays.copyOf(all, some.length));
        }
    }

    @Test
    void ranges_severalCalls_withoutTheOutermostOfTenThousand() {
        float[] first = new float[20 * IN * PIXELS]; // 20480 values, of which two at either end are left out
        Arrays.fill(first, .5f);
        System.arraycopy(new float[] {9, 8, 7, -9, -8}, 0, first, 100, 5);
        float[] second = new float[IN * PIXELS];
        second[7] = -3;

        try (NetworkProgram program = NetworkProgram.recording(manager, new Convolution(1), 1, "");
                InferenceNetwork network = program.network(manager, weights(normal(OUT * IN * 9 + OUT)))) {
            assertThat(network.ranges()).containsExactly(0, 0);
            call(network, first);
            assertThat(network.ranges()).containsExactly(0, 7);
            call(network, second);
            assertThat(network.ranges()).containsExactly(-3, 7);
        }
    }

    /** Only convolutions of 3×3 from and to 16 channels or more. */
    @Test
    void quantizes_toAndFromImages_false() {
        Value image = new Value("x", 3, SIDE, SIDE);
        Value inner = new Value("x", 16, SIDE, SIDE);
        assertThat(QuantizedOps.quantizes(image, 16, 3)).isFalse();
        assertThat(QuantizedOps.quantizes(inner, 3, 3)).isFalse();
        assertThat(QuantizedOps.quantizes(inner, 16, 1)).isFalse();
        assertThat(QuantizedOps.quantizes(inner, 16, 3)).isTrue();
    }

    private float[] forward(Precision precision, float[] weights, float[] x, int stride, float... range) {
        try (NetworkProgram program = NetworkProgram.compile(manager, new Convolution(stride), precision, 1, "");
                InferenceNetwork network = program.network(manager, weights(weights), range)) {
            return call(network, x);
        }
    }

    private FlatWeights weights(float[] values) {
        return FlatWeights.of(manager, new Convolution(1).parameters(), values);
    }

    private float[] call(InferenceNetwork network, float[] x) {
        NDArray images = manager.create(x, new Shape(x.length / (IN * PIXELS), IN, SIDE, SIDE));
        return network.forward(images, manager.zeros(new Shape(images.getShape().get(0))), manager)
                .toFloatArray();
    }

    private static float[] expected(float[] x, float[] weights, float low, float high, int stride) {
        float scale = (high - low) / 255;
        int zero = (int) Math.rint(-low / scale);
        int[] q = new int[x.length];
        for (int i = 0; i < q.length; i++) {
            q[i] = Math.max(0, Math.min(255, (int) Math.rint(x[i] / scale) + zero)) - zero;
        }
        int side = SIDE / stride;
        float[] y = new float[x.length / (IN * PIXELS) * OUT * side * side];
        for (int i = 0; i < y.length; i++) {
            int out = i / (side * side) % OUT;
            int image = i / (side * side * OUT);
            float scaleW = scaleOf(weights, out);
            int sum = sum(q, image, weights, out, scaleW, i / side % side * stride, i % side * stride);
            y[i] = scale * scaleW * sum + weights[OUT * IN * 9 + out];
        }
        return y;
    }

    private static int sum(int[] q, int image, float[] weights, int out, float scaleW, int row, int column) {
        int sum = 0;
        for (int k = 0; k < IN * 9; k++) {
            int y = row + k % 9 / 3 - 1;
            int x = column + k % 3 - 1;
            if (y >= 0 && y < SIDE && x >= 0 && x < SIDE) {
                int w = (int) Math.rint(weights[out * IN * 9 + k] / scaleW);
                sum += w * q[(image * IN + k / 9) * PIXELS + y * SIDE + x];
            }
        }
        return sum;
    }

    private static float scaleOf(float[] weights, int out) {
        float most = 0;
        for (int k = 0; k < IN * 9; k++) {
            most = Math.max(most, Math.abs(weights[out * IN * 9 + k]));
        }
        return most / 127;
    }

    private static double rms(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum / a.length);
    }

    private float[] normal(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
