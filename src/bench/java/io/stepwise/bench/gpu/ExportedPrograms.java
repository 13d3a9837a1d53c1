package io.stepwise.bench.gpu;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.NetworkProgram;
import io.stepwise.model.ParameterSpec;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.repository.UNetConfigJson;
import io.stepwise.repository.WeightsFile;
import io.stepwise.repository.safetensors.Dtype;
import io.stepwise.repository.safetensors.Safetensors;
import io.stepwise.repository.safetensors.Tensor;
import io.stepwise.torchscript.Program;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the programs that a network runs and trains with on a GPU, and what this machine's processor makes of them, for
 * {@code src/bench/gpu/check.py}. A network's folder has
 *
 * <ul>
 *   <li>{@code config.json}: its architecture, as diffusers writes it
 *   <li>{@code forward-f32.pt} and {@code forward-bf16.pt}: {@code prepare(p) -> w} and {@code fwd(w, x, t, y) -> out}
 *   <li>{@code train-f32.pt} and {@code train-bf16.pt}: {@code accumulate}, see {@link
 *       io.stepwise.model.training.ParallelGradients}
 *   <li>{@code tensors.safetensors}: the weights under diffusers' names, in the order that the metadata list; the inputs x, t,
 *       y, x0 and k; and out.f32, out.bf16, losses and gradients (flat, in the order of the weights) that are expected
 * </ul>
 */
public final class ExportedPrograms {
    private static final int ROWS = 4;
    private static final double LAST_TIMESTEP = 999;

    private ExportedPrograms() {}

    /** Writes {@code update.pt}, the optimizer's program, which is the same for all networks. */
    public static void writeUpdate(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("update.pt"), Program.archive(OptimizedWeights.program()));
    }

    /**
     * Writes a network; its folder is made where it is missing, and its files are replaced.
     *
     * @param weights every parameter in the order of {@link UNet#parameters()}
     */
    public static void write(Path folder, UNet net, float[] weights) throws IOException {
        write(folder, net, weights, true);
    }

    /** Writes a network with weights by a formula that {@code check.py} knows, too; the file leaves them and gradients out. */
    public static void write(Path folder, UNet net) throws IOException {
        write(folder, net, formedWeights(net), false);
    }

    private static void write(Path folder, UNet net, float[] weights, boolean whole) throws IOException {
        Files.createDirectories(folder);
        UNetConfigJson.write(folder.resolve("config.json"), net.config());
        TrainingBatch batch = batch(net);
        List<Tensor> tensors = new ArrayList<>(whole ? WeightsFile.tensors(net.parameters(), weights) : List.of());
        tensors.add(images("x", net, batch.noise()));
        tensors.add(images("x0", net, batch.x0()));
        tensors.add(vector("t", batch.timesteps()));
        tensors.add(vector("y", labels(batch)));
        tensors.add(new Tensor("k", List.of(TrainingBatch.rows(net), ROWS, 1, 1, 1), batch.coefficients(), 0));
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            for (Precision precision : Precision.FLOATS) {
                String name = precision.name().toLowerCase(Locale.ROOT);
                String forward = NetworkProgram.textForGpu(net, precision);
                String training = TrainingNetwork.program(net, precision, Loss.L2);
                Files.write(folder.resolve("forward-" + name + ".pt"), Program.archive(forward));
                Files.write(folder.resolve("train-" + name + ".pt"), Program.archive(training));
                tensors.add(images("out." + name, net, forward(manager, net, forward, weights, batch)));
            }
            tensors.addAll(training(manager, net, weights, batch).subList(0, whole ? 2 : 1));
        }
        Safetensors.write(folder.resolve("tensors.safetensors"), tensors, metadata(net), Dtype.F32);
    }

    private static Map<String, String> metadata(UNet net) {
        String names = net.parameters().stream().map(ParameterSpec::name).collect(Collectors.joining("\n"));
        return Map.of("parameters", names, "samples_at_once", Integer.toString(net.samplesAtOnce()));
    }

    /** Weights of the size that training starts from, by a formula: the outputs of a layer vary as much as its inputs. */
    static float[] formedWeights(UNet net) {
        FloatBuffer weights = FloatBuffer.allocate(Math.toIntExact(net.parameterCount()));
        for (ParameterSpec parameter : net.parameters()) {
            boolean matrix = parameter.shape().size() > 1;
            double scale = matrix ? Math.sqrt(3.0 * parameter.shape().get(0) / parameter.size()) : 0.02;
            double mean = !matrix && parameter.name().endsWith(".weight") ? 1 : 0; // of a norm
            for (long i = 0; i < parameter.size(); i++) {
                weights.put((float) (mean + scale * scattered(weights.position())));
            }
        }
        return weights.array();
    }

    /** A number in [-1,1) that looks random: the bits of {@code i}, mixed. */
    private static double scattered(long i) {
        long h = i;
        for (int round = 0; round < 2; round++) {
            h = ((h ^ (h >> 16)) * 0x45d9f3b) & 0xffffffffL;
        }
        return (h ^ (h >> 16)) / (double) (1L << 31) - 1;
    }

    private static TrainingBatch batch(UNet net) {
        SplittableRandom random = new SplittableRandom(1);
        int size = ROWS * net.channels() * net.height() * net.width();
        Integer classes = net.classes();
        return new TrainingBatch(
                numbers(size, i -> Math.tanh(random.nextGaussian())),
                numbers(size, i -> random.nextGaussian()),
                numbers(ROWS, row -> LAST_TIMESTEP * row / (ROWS - 1)),
                IntStream.range(0, ROWS)
                        .mapToLong(row -> classes == null ? 0 : row % classes)
                        .toArray(),
                numbers(TrainingBatch.rows(net) * ROWS, i -> 0.5 + 0.01 * i));
    }

    private static float[] numbers(int size, IntToDoubleFunction number) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = (float) number.applyAsDouble(i);
        }
        return numbers;
    }

    private static float[] labels(TrainingBatch batch) {
        return numbers(batch.size(), row -> batch.labels()[row]);
    }

    private static float[] forward(NDManager manager, UNet net, String text, float[] weights, TrainingBatch batch) {
        Shape rows = new Shape(ROWS);
        try (Program program = Program.load(manager, text);
                NDManager scope = manager.newSubManager();
                IValue plain = Program.list(
                        FlatWeights.of(scope, net.parameters(), weights).views())) {
            NDList prepared = program.callForList("prepare", scope, plain);
            Shape images = new Shape(ROWS, net.channels(), net.height(), net.width());
            try (IValue w = Program.list(prepared);
                    IValue x = Program.tensor(scope.create(FloatBuffer.wrap(batch.noise()), images));
                    IValue t = Program.tensor(scope.create(FloatBuffer.wrap(batch.timesteps()), rows));
                    IValue y = Program.tensor(scope.create(LongBuffer.wrap(batch.labels()), rows))) {
                return program.call("fwd", scope, w, x, t, y).toFloatArray();
            }
        }
    }

    /** The losses and the gradients. */
    private static List<Tensor> training(NDManager manager, UNet net, float[] weights, TrainingBatch batch) {
        try (TrainingNetwork network = new TrainingNetwork(manager, net, weights, Precision.F32, Loss.L2)) {
            float[] losses = network.accumulateGradients(batch);
            return List.of(
                    vector("losses", losses),
                    vector("gradients", network.state().gradients().toArray()));
        }
    }

    private static Tensor images(String name, UNet net, float[] values) {
        int channels = values.length / (ROWS * net.height() * net.width());
        return new Tensor(name, List.of(ROWS, channels, net.height(), net.width()), values, 0);
    }

    private static Tensor vector(String name, float[] values) {
        return new Tensor(name, List.of(values.length), values, 0);
    }
}
