package io.stepwise.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.ParameterSpec;
import io.stepwise.torchscript.Program;
import io.stepwise.torchscript.Synchronization;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights in training with their gradients, Adam's moments and the moving average, each in one flat buffer. Ranges of the
 * buffers are updated one by one, each with its own count of updates; what lies behind the last range is updated by no
 * optimizer.
 *
 * <p>Used by one thread. Closing frees everything.
 */
public final class OptimizedWeights implements AutoCloseable {
    private final List<ParameterSpec> parameters;
    private final NDManager manager;
    private final Program program;
    private final FlatWeights weights;
    private final FlatWeights gradients;
    private final FlatWeights average;
    private final NDArray firstMoment;
    private final NDArray secondMoment;
    private final List<Range> ranges = new ArrayList<>();
    private final List<NDArray> furtherAverages = new ArrayList<>();

    /** Views of one range of the buffers. */
    private record Range(NDArray q, NDArray g, NDArray m, NDArray v, NDArray e, NDArray updates) {}

    /**
     * @param manager owns the buffers, and becomes this object's own
     * @param initial every parameter in the order of {@code parameters}; copied
     * @param ends where each range ends, in numbers, ascending; it begins where the one before ends
     */
    public OptimizedWeights(NDManager manager, List<ParameterSpec> parameters, float[] initial, List<Long> ends) {
        this.manager = manager;
        this.parameters = parameters;
        program = Program.load(manager, program());
        weights = FlatWeights.of(manager, parameters, initial);
        gradients = FlatWeights.zeros(manager, parameters);
        average = FlatWeights.of(manager, parameters, initial);
        firstMoment = weights.flat().zerosLike();
        secondMoment = weights.flat().zerosLike();
        long begin = 0;
        for (long end : ends) {
            ranges.add(new Range(
                    view(weights.flat(), begin, end),
                    view(gradients.flat(), begin, end),
                    view(firstMoment, begin, end),
                    view(secondMoment, begin, end),
                    view(average.flat(), begin, end),
                    manager.create(0f)));
            begin = end;
        }
    }

    /** The text of the program that updates weights: {@code update}, {@code blend}, {@code rest} and {@code assign}. */
    public static String program() {
        return OptimizerProgram.TEXT;
    }

    private static NDArray view(NDArray flat, long begin, long end) {
        return begin == 0 && end == flat.size() ? flat : flat.get(new NDIndex().addSliceDim(begin, end));
    }

    /**
     * Clips the gradients of a range, updates its weights and their moving average, and zeroes the gradients. The weights stay
     * unchanged if the norm of the gradients is not finite.
     *
     * @param range its number, from 0
     * @return the norm of the gradients before clipping
     */
    public float update(int range, OptimizerStep step) {
        Range r = ranges.get(range);
        try (NDManager scope = manager.newSubManager();
                IValue q = Program.list(List.of(r.q));
                IValue g = Program.list(List.of(r.g));
                IValue m = Program.list(List.of(r.m));
                IValue v = Program.list(List.of(r.v));
                IValue n = Program.list(List.of(r.updates));
                IValue e = Program.tensor(r.e);
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
     * Moves the numbers behind the last range towards {@code values}, and their average towards them. If a value is not finite,
     * nothing changes.
     *
     * @param values as many as there are
     * @param share of the values, 0 … 1
     * @param emaDecay share of the average that remains
     */
    public void blendRest(NDArray values, double share, double emaDecay) {
        long all = weights.flat().size();
        try (NDManager scope = manager.newSubManager()) {
            NDArray rest = view(weights.flat(), all - values.size(), all);
            NDArray restAverage = view(average.flat(), all - values.size(), all);
            rest.attach(scope);
            restAverage.attach(scope);
            try (IValue q = Program.tensor(rest);
                    IValue e = Program.tensor(restAverage);
                    IValue x = Program.tensor(values);
                    IValue towards = IValue.from(share);
                    IValue weight = IValue.from(1 - emaDecay)) {
                program.call("rest", scope, q, e, x, towards, weight);
            }
        }
    }

    /**
     * Keeps averages beside {@link #average()}, which change by {@link #blendAverages}.
     *
     * @param initial the numbers of each, every parameter in its order; copied
     */
    public void keepAverages(List<float[]> initial) {
        for (float[] numbers : initial) {
            furtherAverages.add(FlatWeights.of(manager, parameters, numbers).flat());
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
        return furtherAverages.stream().map(Synchronization::floats).toList();
    }

    /** Owner of all buffers, and of tensors derived from them. */
    public NDManager manager() {
        return manager;
    }

    /** The parameters in their order. */
    public List<ParameterSpec> parameters() {
        return parameters;
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
    public OptimizerState state() {
        return new OptimizerState(
                Synchronization.floats(firstMoment),
                Synchronization.floats(secondMoment),
                ranges.stream()
                        .map(range -> (long) Synchronization.floats(range.updates)[0])
                        .toList());
    }

    /** Restores a saved state: copies the arrays into the buffers. */
    public void restore(float[] savedWeights, float[] savedAverage, OptimizerState saved) {
        assign(weights.flat(), savedWeights);
        assign(average.flat(), savedAverage);
        assign(firstMoment, saved.firstMoment());
        assign(secondMoment, saved.secondMoment());
        for (int i = 0; i < ranges.size(); i++) {
            assign(ranges.get(i).updates, new float[] {saved.updates().get(i)});
        }
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
        program.close();
        manager.close();
    }
}
