package io.stepwise.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import io.stepwise.model.ParameterSpec;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Muon beside a computation of its own, in double. */
@Tag("libtorch")
class MuonTest {
    private static final double RATE = .02;
    private static final double MOMENTUM = .95;
    private static final double DECAY = .1;
    private static final OptimizerStep STEP = new OptimizerStep(
            OptimizerStep.Algorithm.MUON, RATE, MOMENTUM, .999, 1e-8, DECAY, Double.POSITIVE_INFINITY, .5);
    private static final List<ParameterSpec> PARAMETERS = List.of(
            new ParameterSpec("conv_in.weight", List.of(4, 3, 3, 3)),
            new ParameterSpec("wide.weight", List.of(4, 2, 3, 3)),
            new ParameterSpec("wide.bias", List.of(4)),
            new ParameterSpec("tall.weight", List.of(6, 2)));
    private static final int SIZE = 108 + 72 + 4 + 12;

    @Test
    void update_twoSteps_movesMatricesByOrthogonalMomentum() {
        float[] initial = numbers(1);
        try (OptimizedWeights weights = weights(initial)) {
            double[][] expected = {slice(initial, 108, 72), slice(initial, 184, 12)};
            double[][] momentum = {new double[72], new double[12]};
            for (int step = 1; step <= 2; step++) {
                float[] gradient = numbers(10 + step);
                update(weights, gradient, STEP);
                expected[0] = moved(expected[0], slice(gradient, 108, 72), momentum[0], 4, 18);
                expected[1] = moved(expected[1], slice(gradient, 184, 12), momentum[1], 6, 2);
            }
            float[] found = weights.weights().toArray();
            assertThat(slice(found, 108, 72)).containsExactly(expected[0], within(1e-5));
            assertThat(slice(found, 184, 12)).containsExactly(expected[1], within(1e-5));
        }
    }

    @Test
    void update_whatIsNoMatrix_isUpdatedByAdamW() {
        float[] initial = numbers(1);
        OptimizerStep adamW = new OptimizerStep(
                OptimizerStep.Algorithm.ADAMW, RATE, MOMENTUM, .999, 1e-8, DECAY, Double.POSITIVE_INFINITY, .5);
        try (OptimizedWeights weights = weights(initial);
                OptimizedWeights other = weights(initial)) {
            for (int step = 1; step <= 2; step++) {
                update(weights, numbers(10 + step), STEP);
                update(other, numbers(10 + step), adamW);
            }
            float[] found = weights.weights().toArray();
            float[] expected = other.weights().toArray();
            assertThat(slice(found, 0, 108)).containsExactly(slice(expected, 0, 108), within(1e-6));
            assertThat(slice(found, 180, 4)).containsExactly(slice(expected, 180, 4), within(1e-6));
            assertThat(slice(found, 108, 72)).isNotEqualTo(slice(expected, 108, 72));
        }
    }

    private static OptimizedWeights weights(float[] initial) {
        return new OptimizedWeights(NDManager.newBaseManager(), PARAMETERS, initial, List.of((long) SIZE));
    }

    private static void update(OptimizedWeights weights, float[] gradient, OptimizerStep step) {
        weights.gradients().put(0, gradient, gradient.length);
        weights.update(0, step);
    }

    /** Jordan et al.'s update with the scale of Liu et al., eq. 4; changes {@code momentum}. */
    private static double[] moved(double[] from, double[] gradient, double[] momentum, int rows, int columns) {
        double[][] u = new double[rows][columns];
        for (int i = 0; i < from.length; i++) {
            momentum[i] = MOMENTUM * momentum[i] + (1 - MOMENTUM) * gradient[i];
            u[i / columns][i % columns] = MOMENTUM * momentum[i] + (1 - MOMENTUM) * gradient[i];
        }
        double[][] o = orthogonal(u);
        double scale = .2 * Math.sqrt(Math.max(rows, columns));
        double[] to = new double[from.length];
        for (int i = 0; i < from.length; i++) {
            to[i] = from[i] * (1 - RATE * DECAY) - RATE * scale * o[i / columns][i % columns];
        }
        return to;
    }

    /** Five times x = a x + b (x xᵀ) x + c (x xᵀ)² x, without the transposition that the program saves work by. */
    private static double[][] orthogonal(double[][] u) {
        double norm = 0;
        for (double[] row : u) {
            for (double value : row) {
                norm += value * value;
            }
        }
        double[][] x = sum(u, 1 / Math.sqrt(norm), u, 0);
        for (int i = 0; i < 5; i++) {
            double[][] once = product(product(x, transposed(x)), x);
            double[][] twice = product(product(x, transposed(x)), once);
            x = sum(sum(x, 3.4445, once, -4.775), 1, twice, 2.0315);
        }
        return x;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b[0].length; j++) {
                for (int k = 0; k < b.length; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    private static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    private static double[][] sum(double[][] a, double ofA, double[][] b, double ofB) {
        double[][] sum = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[0].length; j++) {
                sum[i][j] = ofA * a[i][j] + ofB * b[i][j];
            }
        }
        return sum;
    }

    private static float[] numbers(long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static double[] slice(float[] of, int begin, int count) {
        double[] slice = new double[count];
        for (int i = 0; i < count; i++) {
            slice[i] = of[begin + i];
        }
        return slice;
    }
}
