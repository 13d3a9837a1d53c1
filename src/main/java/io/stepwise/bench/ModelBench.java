package io.stepwise.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.CpuFeatures;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.NetworkProgram;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.model.training.Loss;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.model.training.TrainingBatch;
import io.stepwise.model.training.TrainingNetwork;
import io.stepwise.torchscript.Gpus;
import io.stepwise.torchscript.Synchronization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Measures how fast a U-Net runs and trains on this machine, at several batch sizes and precisions. All cases and the
 * machine's peak are timed in turn; results are medians.
 */
public final class ModelBench {
    private static final int FORWARDS_IN_A_STEP = 3; // forward, and a backward of twice the work

    private final UNet net;
    private final List<Integer> batches;
    private final double seconds;

    /**
     * Creates a benchmark.
     *
     * @param batches batch sizes, each at least 1
     * @param seconds total time to measure; every case runs at least five times
     */
    public ModelBench(UNet net, List<Integer> batches, double seconds) {
        this.net = net;
        this.batches = List.copyOf(batches);
        this.seconds = seconds;
    }

    /** Measures forward passes in float32, bfloat16 and, on a processor that has the instructions, int8. */
    public List<ProgramTiming> forward() {
        boolean int8 = Gpus.count() == 0 && CpuFeatures.here().fastInt8();
        return measure(int8 ? List.of(Precision.values()) : Precision.FLOATS, 1, this::forwardWork);
    }

    /** Measures training steps: loss, gradients, clipping, Adam and the moving average. */
    public List<ProgramTiming> trainingStep() {
        return measure(Precision.FLOATS, FORWARDS_IN_A_STEP, this::trainingWork);
    }

    private interface Work extends AutoCloseable {
        void run(int batch);

        @Override
        void close();
    }

    private record Case(Precision precision, MachinePeak peak, Work work, List<Integer> numbers) {}

    private List<ProgramTiming> measure(
            List<Precision> precisions, int forwards, BiFunction<NDManager, Precision, Work> works) {
        Rounds rounds = new Rounds();
        List<Case> cases = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager()) {
            for (Precision precision : precisions) {
                MachinePeak peak = new MachinePeak(manager, precision);
                peak.addTo(rounds);
                Work work = works.apply(manager, precision);
                List<Integer> numbers = batches.stream()
                        .map(batch -> rounds.add(() -> work.run(batch)))
                        .toList();
                cases.add(new Case(precision, peak, work, numbers));
            }
            rounds.run(seconds);
            List<ProgramTiming> results = new ArrayList<>();
            for (Case one : cases) {
                results.addAll(results(one, forwards, rounds));
                one.work().close();
                one.peak().close();
            }
            return results;
        }
    }

    private List<ProgramTiming> results(Case one, int forwards, Rounds rounds) {
        double peak = one.peak().flopsPerSecond(rounds);
        String name = one.precision().name().toLowerCase(Locale.ROOT);
        List<ProgramTiming> results = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            int batch = batches.get(i);
            double flops = (double) forwards * batch * net.flops();
            results.add(
                    ProgramTiming.of(batch, name, rounds.median(one.numbers().get(i)), flops, peak));
        }
        return results;
    }

    private Work forwardWork(NDManager manager, Precision precision) {
        FlatWeights weights = FlatWeights.of(manager, net.parameters(), smallWeights());
        NetworkProgram program = NetworkProgram.compile(manager, net, precision, Integer.MAX_VALUE, "");
        float[] ranges = precision == Precision.INT8 ? ranges(manager, weights) : new float[0];
        InferenceNetwork network = program.network(manager, weights, ranges);
        return new Work() {
            @Override
            public void run(int batch) {
                call(network, manager, batch);
            }

            @Override
            public void close() {
                network.close();
                program.close();
            }
        };
    }

    private float[] ranges(NDManager manager, FlatWeights weights) {
        try (NetworkProgram program = NetworkProgram.recording(manager, net, Integer.MAX_VALUE, "");
                InferenceNetwork network = program.network(manager, weights)) {
            call(network, manager, 1);
            return network.ranges();
        }
    }

    private void call(InferenceNetwork network, NDManager manager, int batch) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray x = scope.ones(images(batch));
            NDArray t = scope.ones(new Shape(batch));
            NDArray y = scope.zeros(new Shape(batch), DataType.INT64);
            Synchronization.await(network.forward(x, t, y, scope));
        }
    }

    private Work trainingWork(NDManager manager, Precision precision) {
        TrainingNetwork network = new TrainingNetwork(manager, net, smallWeights(), precision, Loss.L2);
        OptimizerStep step = new OptimizerStep(OptimizerStep.Algorithm.ADAMW, 1e-4, 0.9, 0.999, 1e-8, 0.01, 1, 0.999);
        return new Work() {
            @Override
            public void run(int batch) {
                network.accumulateGradients(trainingBatch(batch));
                network.update(step);
            }

            @Override
            public void close() {
                network.close();
            }
        };
    }

    private TrainingBatch trainingBatch(int batch) {
        int size = Math.toIntExact(images(batch).size());
        float[] coefficients = new float[TrainingBatch.rows(net) * batch];
        Arrays.fill(coefficients, 0.5f);
        return new TrainingBatch(new float[size], new float[size], new float[batch], new long[batch], coefficients);
    }

    private Shape images(int batch) {
        return new Shape(batch, net.config().inChannels(), net.height(), net.width());
    }

    private float[] smallWeights() {
        float[] weights = new float[Math.toIntExact(net.parameterCount())];
        SplittableRandom random = new SplittableRandom(0);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (0.02 * random.nextGaussian());
        }
        return weights;
    }
}
