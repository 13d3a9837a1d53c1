package io.stepwise.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.Program;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A U-Net in training: weights, gradients, Adam's moments and the moving average, each in one flat buffer.
 *
 * <p>Used by one thread. Closing frees everything.
 */
public final class TrainingNetwork implements AutoCloseable {
    private final UNet net;
    private final NDManager manager;
    private final Program program;
    private final FlatWeights weights;
    private final FlatWeights gradients;
    private final FlatWeights average;
    private final List<NDArray> furtherAverages = new ArrayList<>();
    private final NDArray firstMoment;
    private final NDArray secondMoment;
    private final NDArray updates;
    private final int samplesAtOnce;
    private final Workers workers;
    private final List<FlatWeights> partialGradients = new ArrayList<>(); // of each worker; the first has the sum
    private final List<NDList> parameterArguments = new ArrayList<>(); // of each worker: weights and its gradients

    /**
     * @param initial every parameter in the order of {@link UNet#parameters()}; copied
     */
    public TrainingNetwork(NDManager parent, UNet net, float[] initial, Precision precision, Loss loss) {
        this.net = net;
        manager = parent.newSubManager();
        program = Program.load(manager, TrainingProgram.of(net, precision, loss));
        samplesAtOnce = net.samplesAtOnce();
        List<ParameterSpec> parameters = net.parameters();
        weights = FlatWeights.of(manager, parameters, initial);
        gradients = FlatWeights.zeros(manager, parameters);
        average = FlatWeights.of(manager, parameters, initial);
        firstMoment = weights.flat().zerosLike();
        secondMoment = weights.flat().zerosLike();
        updates = manager.create(0f);
        workers = net.config().dropout() > 0 ? Workers.one() : Workers.of(manager.getDevice());
        for (int i = 0; i < workers.count(); i++) {
            FlatWeights own = i == 0 ? gradients : FlatWeights.zeros(manager, parameters);
            partialGradients.add(own);
            NDList arguments = new NDList();
            addAll(arguments, "p[]", weights);
            addAll(arguments, "g[]", own);
            parameterArguments.add(arguments);
        }
    }

    /**
     * Adds the gradients of the batch's weighted mean loss to {@link #gradients()}.
     *
     * @return the loss of each sample before weighting, {@code [B]}; of a network that learns the variance {@code [B, 2]}, with
     *     the bound's term in bits per element
     */
    public float[] accumulateGradients(TrainingBatch batch) {
        try (NDManager scope = manager.newSubManager()) {
            NDList inputs = batch.tensors(scope, net);
            int parts = Math.min(workers.count(), batch.size());
            List<float[]> losses = workers.run(parts, part -> accumulate(inputs, part, parts, scope));
            for (int i = 1; i < parts; i++) {
                join(partialGradients.get(i), scope);
            }
            return joined(losses);
        }
    }

    /** The losses of part {@code part} of {@code parts} of a batch; adds its gradients to those of the worker. */
    private float[] accumulate(NDList inputs, int part, int parts, NDManager scope) {
        int size = Math.toIntExact(inputs.get(0).getShape().get(0));
        NDList arguments = new NDList(parameterArguments.get(part));
        arguments.addAll(inputs);
        long[] range = {(long) part * size / parts, (long) (part + 1) * size / parts, samplesAtOnce / workers.count()};
        arguments.add(scope.create(range));
        return program.callWithGradients("accumulate", scope, arguments).get(0).toFloatArray();
    }

    private static void addAll(NDList arguments, String name, FlatWeights weights) {
        for (NDArray view : weights.views()) {
            view.setName(name);
            arguments.add(view);
        }
    }

    private void join(FlatWeights part, NDManager scope) {
        try (IValue sum = Program.tensor(gradients.flat());
                IValue other = Program.tensor(part.flat())) {
            program.call("join", scope, sum, other);
        }
    }

    private static float[] joined(List<float[]> parts) {
        FloatBuffer all = FloatBuffer.allocate(
                parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    /**
     * Clips the gradients, updates the weights and their moving average, and zeroes the gradients. The weights stay
     * unchanged if the norm of the gradients is not finite.
     *
     * @return the norm of the gradients before clipping
     */
    public float update(OptimizerStep step) {
        try (NDManager scope = manager.newSubManager();
                IValue q = Program.list(List.of(weights.flat()));
                IValue g = Program.list(List.of(gradients.flat()));
                IValue m = Program.list(List.of(firstMoment));
                IValue v = Program.list(List.of(secondMoment));
                IValue n = Program.list(List.of(updates));
                IValue e = Program.tensor(average.flat());
                IValue kind = IValue.from(step.algorithm().code());
                IValue rate = IValue.from(step.learningRate());
                IValue beta1 = IValue.from(step.beta1());
                IValue beta2 = IValue.from(step.beta2());
                IValue eps = IValue.from(step.eps());
                IValue decay = IValue.from(step.weightDecay());
                IValue clip = IValue.from(step.clipNorm());
                IValue weight = IValue.from(1 - step.emaDecay())) {
            return program.call("update", scope, q, g, m, v, n, e, kind, rate, beta1, beta2, eps, decay, clip, weight)
                    .getFloat();
        }
    }

    /**
     * Keeps averages beside {@link #average()}, which change by {@link #blendAverages}.
     *
     * @param initial the numbers of each, every parameter in the order of {@link UNet#parameters()}; copied
     */
    public void keepAverages(List<float[]> initial) {
        for (float[] numbers : initial) {
            furtherAverages.add(
                    FlatWeights.of(manager, net.parameters(), numbers).flat());
        }
    }

    /**
     * Mixes the weights into the further averages: {@code average = decay · average + (1 - decay) · weights}.
     *
     * @param decays one for each average, in [0,1]
     */
    public void blendAverages(List<Double> decays) {
        for (int i = 0; i < furtherAverages.size(); i++) {
            try (NDManager scope = manager.newSubManager();
                    IValue target = Program.tensor(furtherAverages.get(i));
                    IValue value = Program.tensor(weights.flat());
                    IValue share = IValue.from(1 - decays.get(i))) {
                program.call("blend", scope, target, value, share);
            }
        }
    }

    /** Copies of the further averages. */
    public List<float[]> furtherAverages() {
        return furtherAverages.stream().map(NDArray::toFloatArray).toList();
    }

    /** Owner of all tensors of this network, and of tensors derived from them. */
    public NDManager manager() {
        return manager;
    }

    /** Its architecture and size. */
    public UNet net() {
        return net;
    }

    /** The weights. */
    public FlatWeights weights() {
        return weights;
    }

    /** The sum of the gradients since the last update. */
    public FlatWeights gradients() {
        return gradients;
    }

    /** The exponential moving average of the weights. */
    public FlatWeights average() {
        return average;
    }

    /** The state of the optimizer. */
    public OptimizerState optimizerState() {
        return new OptimizerState(firstMoment.toFloatArray(), secondMoment.toFloatArray(), (long) updates.getFloat());
    }

    /** Restores a saved state: copies the arrays into the buffers. */
    public void restore(float[] savedWeights, float[] savedAverage, OptimizerState saved) {
        assign(weights.flat(), savedWeights);
        assign(average.flat(), savedAverage);
        assign(firstMoment, saved.firstMoment());
        assign(secondMoment, saved.secondMoment());
        assign(updates, new float[] {saved.updates()});
    }

    /** Copies into the buffer itself; NDArray.set would replace its memory and detach the views. */
    private void assign(NDArray to, float[] values) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray source = scope.create(FloatBuffer.wrap(values), to.getShape());
            try (IValue target = Program.tensor(to);
                    IValue value = Program.tensor(source)) {
                program.call("assign", scope, target, value);
            }
        }
    }

    @Override
    public void close() {
        workers.close();
        program.close();
        manager.close();
    }
}
