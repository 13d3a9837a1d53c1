package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.stepwise.data.ImageBatch;
import io.stepwise.diffusion.sampler.Ddpm;
import io.stepwise.diffusion.sampler.VariationalBound;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.training.checkpoint.ObjectiveState;
import io.stepwise.training.kind.NoisedBatches;
import io.stepwise.training.kind.UNetPresets;
import io.stepwise.training.kind.WeightInitialization;
import io.stepwise.training.objective.Objective;
import io.stepwise.training.spec.TrainingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hybrid loss of a small network of random weights, against {@link VariationalBound}. */
@Tag("libtorch")
class LearnedVarianceTest {
    private static final int SIZE = 4;
    private static final int ELEMENTS = 3 * 8 * 8;

    private final TrainingSpec spec = TinyRuns.spec(Map.of(
            "variance",
            "learned_range",
            "prediction",
            "v_prediction",
            "timesteps",
            20,
            "unet",
            Map.of(
                    "block_out_channels",
                    List.of(8),
                    "layers_per_block",
                    1,
                    "down_block_types",
                    List.of("DownBlock2D"),
                    "up_block_types",
                    List.of("UpBlock2D"),
                    "attention_head_dim",
                    8,
                    "norm_num_groups",
                    4)));
    private final UNet net = UNetPresets.resolve(spec, 0);
    private final float[] weights = WeightInitialization.of(net.parameters(), 3);
    private final VariationalBound bound = new VariationalBound(
            spec.noiseSchedule(), spec.prediction().discrete(), Ddpm.Variance.LEARNED_RANGE, false);

    @Test
    void losses_ofEverySample_areThePlainOneAndTheBound() {
        TrainingBatch batch = batch();
        float[] losses = gradients(batch).losses();
        double[][] outputs = outputs(batch);
        assertThat(batch.timesteps()).as("the term of the image itself, too").contains(0);
        for (int i = 0; i < SIZE; i++) {
            assertThat((double) losses[2 * i]).isCloseTo(plainLoss(batch, i, outputs[i]), within(1e-5));
            double term = term(batch, i, outputs[i]);
            assertThat((double) losses[2 * i + 1]).isCloseTo(term, within(1e-4 * term + 1e-6));
        }
    }

    /** The bias of the last layer is added to the outputs, so its gradient tells what each half learns from. */
    @Test
    void gradients_ofTheBound_reachTheVarianceAlone() {
        TrainingBatch batch = batch();
        float[] hybrid = gradients(batch).ofLastBias();
        float[] simple = gradients(withoutBound(batch)).ofLastBias();
        assertThat(Arrays.copyOf(hybrid, 3)).isEqualTo(Arrays.copyOf(simple, 3));
        assertThat(Arrays.copyOfRange(simple, 3, 6)).containsOnly(0);
        double[][] outputs = outputs(batch);
        double step = 1e-5;
        for (int channel = 3; channel < 6; channel++) {
            double slope = 0;
            for (int i = 0; i < SIZE; i++) {
                double above = term(batch, i, shifted(outputs[i], channel, step));
                double below = term(batch, i, shifted(outputs[i], channel, -step));
                // lambda times T, as the mean over timesteps is a T-th of the bound
                slope += .001 * 20 * (above - below) / (2 * step) / SIZE;
            }
            assertThat((double) hybrid[channel]).isCloseTo(slope, within(1e-3 * Math.abs(slope) + 1e-8));
        }
    }

    private record Gradients(float[] losses, float[] ofLastBias) {}

    private Gradients gradients(TrainingBatch batch) {
        try (NDManager manager = NDManager.newBaseManager();
                TrainingNetwork network = new TrainingNetwork(manager, net, weights, Precision.F32, Loss.L2)) {
            float[] losses = network.accumulateGradients(batch);
            int offset = 0;
            for (ParameterSpec parameter : net.parameters()) {
                if (parameter.name().equals("conv_out.bias")) {
                    float[] flat = network.state().gradients().toArray();
                    return new Gradients(losses, Arrays.copyOfRange(flat, offset, offset + 6));
                }
                offset += (int) parameter.size();
            }
            throw new AssertionError("no conv_out.bias");
        }
    }

    private TrainingBatch batch() {
        SplittableRandom random = new SplittableRandom(4);
        float[] images = new float[SIZE * ELEMENTS];
        for (int i = 0; i < images.length; i++) {
            images[i] = Math.round(random.nextDouble() * 255) / 127.5f - 1;
        }
        NoisedBatches batches = new NoisedBatches(spec, Objective.of(spec, ObjectiveState.NONE), -1);
        for (int number = 0; ; number++) {
            TrainingBatch batch = batches.of(new ImageBatch(images, new int[SIZE], SIZE), number, 1);
            for (float timestep : batch.timesteps()) {
                if (timestep == 0) {
                    return batch;
                }
            }
        }
    }

    private static TrainingBatch withoutBound(TrainingBatch batch) {
        float[] coefficients = batch.coefficients().clone();
        Arrays.fill(coefficients, TrainingBatch.BOUND_WEIGHT * SIZE, (TrainingBatch.BOUND_WEIGHT + 1) * SIZE, 0);
        return new TrainingBatch(batch.x0(), batch.noise(), batch.timesteps(), batch.labels(), coefficients);
    }

    /** A part {@code k[row] x0 + k[row + 1] noise} of an image. */
    private static double[] mixed(TrainingBatch batch, int image, int row) {
        double[] mixed = new double[ELEMENTS];
        for (int j = 0; j < ELEMENTS; j++) {
            mixed[j] = (double) batch.coefficients()[row * SIZE + image] * batch.x0()[image * ELEMENTS + j]
                    + (double) batch.coefficients()[(row + 1) * SIZE + image] * batch.noise()[image * ELEMENTS + j];
        }
        return mixed;
    }

    private double[][] outputs(TrainingBatch batch) {
        float[] states = new float[SIZE * ELEMENTS];
        for (int i = 0; i < states.length; i++) {
            states[i] = (float) mixed(batch, i / ELEMENTS, 0)[i % ELEMENTS];
        }
        try (NDManager manager = NDManager.newBaseManager();
                InferenceNetwork network = InferenceNetwork.load(
                        manager, net, FlatWeights.of(manager, net.parameters(), weights), Precision.F32)) {
            NDArray out = network.forward(
                    manager.create(states, new Shape(SIZE, 3, 8, 8)),
                    manager.create(batch.timesteps()),
                    manager.zeros(new Shape(SIZE), DataType.INT64),
                    manager);
            float[] flat = out.toFloatArray();
            double[][] outputs = new double[SIZE][2 * ELEMENTS];
            for (int i = 0; i < flat.length; i++) {
                outputs[i / (2 * ELEMENTS)][i % (2 * ELEMENTS)] = flat[i];
            }
            return outputs;
        }
    }

    private static double plainLoss(TrainingBatch batch, int image, double[] output) {
        double[] target = mixed(batch, image, 2);
        double sum = 0;
        for (int j = 0; j < ELEMENTS; j++) {
            sum += (output[j] - target[j]) * (output[j] - target[j]);
        }
        return sum / ELEMENTS;
    }

    private double term(TrainingBatch batch, int image, double[] output) {
        double[] x0 = new double[ELEMENTS];
        Arrays.setAll(x0, j -> batch.x0()[image * ELEMENTS + j]);
        return bound.term((int) batch.timesteps()[image], x0, mixed(batch, image, 0), output);
    }

    private static double[] shifted(double[] output, int channel, double by) {
        double[] shifted = output.clone();
        for (int j = channel * 64; j < (channel + 1) * 64; j++) {
            shifted[j] += by;
        }
        return shifted;
    }
}
