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
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Weights in training with their gradients, Adam's moments and the moving average, each in one flat buffer. Ranges of the
 * buffers are updated one by one, each with its own count of updates; what lies behind the last range is updated by no
 * optimizer.
 *
 * <p>Used by one thread. Closing frees everything.
 */
public final class OptimizedWeights implements AutoCloseable {
    private static final Set<String> NO_MATRICES =
            Set.of("conv_in.weight", "conv_out.weight", "class_embedding.weight");

    private final List<ParameterSpec> parameters;
    private final NDManager manager;
    private final Program program;
    private final FlatWeights weights;
    private final FlatWeights gradients;
    private final FlatWeights average;
    private final FlatWeights firstMoment;
    private final FlatWeights secondMoment;
    private final List<Range> ranges = new ArrayList<>();
    private final List<NDArray> furtherAverages = new ArrayList<>();

    /**
     * One range of the buffers, as arguments of {@code update}.
     *
     * @param updates its count of updates
     * @param plain where one rule updates all of it
     * @param muon where Muon updates the matrices
     */
    private record Range(NDArray updates, List<IValue> plain, List<IValue> muon) {}

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
        firstMoment = FlatWeights.zeros(manager, parameters);
        secondMoment = FlatWeights.zeros(manager, parameters);
        long begin = 0;
        for (long end : ends) {
            ranges.add(range(begin, end));
            begin = end;
        }
    }

    /** The text of the program that updates weights: {@code update}, {@code blend}, {@code rest} and {@code assign}. */
    public static String program() {
        return OptimizerProgram.TEXT;
    }

    private Range range(long begin, long end) {
        List<Integer> matrices = new ArrayList<>();
        List<Integer> rest = new ArrayList<>();
        long at = 0;
        for (int i = 0; i < parameters.size(); i++) {
            if (at >= begin && at < end) {
                (isMatrix(parameters.get(i)) ? matrices : rest).add(i);
            }
            at += parameters.get(i).size();
        }
        NDArray updates = manager.create(0f);
        Function<FlatWeights, List<NDArray>> whole = buffer -> List.of(view(buffer.flat(), begin, end));
        return new Range(
                updates,
                arguments(whole, whole, buffer -> List.of(), updates),
                arguments(whole, buffer -> at(buffer, rest), buffer -> at(buffer, matrices), updates));
    }

    private static List<NDArray> at(FlatWeights buffer, List<Integer> places) {
        return places.stream().map(buffer.views()::get).toList();
    }

    private List<IValue> arguments(
            Function<FlatWeights, List<NDArray>> whole,
            Function<FlatWeights, List<NDArray>> plain,
            Function<FlatWeights, List<NDArray>> matrices,
            NDArray updates) {
        List<IValue> arguments = new ArrayList<>();
        for (FlatWeights buffer : List.of(weights, gradients, average)) {
            arguments.add(Program.tensor(whole.apply(buffer).get(0)));
        }
        for (FlatWeights buffer : List.of(weights, gradients, firstMoment, secondMoment)) {
            arguments.add(Program.list(plain.apply(buffer)));
        }
        arguments.add(Program.list(Collections.nCopies(plain.apply(weights).size(), updates)));
        for (FlatWeights buffer : List.of(weights, gradients, firstMoment)) {
            arguments.add(Program.list(matrices.apply(buffer)));
        }
        return arguments;
    }

    /** Whether Muon updates it: the weights of all layers but the first and the last; tables are no matrices. */
    private static boolean isMatrix(ParameterSpec parameter) {
        return parameter.shape().size() > 1 && !NO_MATRICES.contains(parameter.name());
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
        List<IValue> numbers = List.of(
                IValue.from(step.algorithm().code()),
                IValue.from(step.learningRate()),
                IValue.from(step.beta1()),
                IValue.from(step.beta2()),
                IValue.from(step.eps()),
                IValue.from(step.weightDecay()),
                IValue.from(step.clipNorm()),
                IValue.from(1 - step.emaDecay()));
        List<IValue> arguments = new ArrayList<>(step.algorithm() == OptimizerStep.Algorithm.MUON ? r.muon : r.plain);
        arguments.addAll(numbers);
        try (NDManager scope = manager.newSubManager()) {
            return program.call("update", scope, arguments.toArray(new IValue[0]))
                    .getFloat();
        } finally {
            numbers.forEach(IValue::close);
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
                firstMoment.toArray(),
                secondMoment.toArray(),
                ranges.stream()
                        .map(range -> (long) Synchronization.floats(range.updates)[0])
                        .toList());
    }

    /** Restores a saved state: copies the arrays into the buffers. */
    public void restore(float[] savedWeights, float[] savedAverage, OptimizerState saved) {
        assign(weights.flat(), savedWeights);
        assign(average.flat(), savedAverage);
        assign(firstMoment.flat(), saved.firstMoment());
        assign(secondMoment.flat(), saved.secondMoment());
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
        for (Range range : ranges) {
            range.plain.forEach(IValue::close);
            range.muon.forEach(IValue::close);
        }
        program.close();
        manager.close();
    }
}
