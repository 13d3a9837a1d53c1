package io.stepwise.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.model.FlatWeights;
import io.stepwise.torchscript.Program;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The gradients of a batch, of which each worker computes a part. The parts are summed in a fixed order, so the bits depend on
 * the number of workers alone.
 *
 * <p>Used by one thread. Closing ends the workers.
 */
public final class ParallelGradients implements AutoCloseable {
    private final Program program;
    private final OptimizedWeights weights;
    private final int samplesAtOnce;
    private final Workers workers;
    private final List<FlatWeights> partialGradients = new ArrayList<>(); // of each worker; the first has the sum
    private final List<NDList> parameterArguments = new ArrayList<>(); // of each worker: weights and its gradients

    /**
     * @param program with the methods {@link #methods}; remains the caller's
     * @param weights whose gradients these are; remain the caller's
     * @param samplesAtOnce the number of samples that all workers together work on at a time
     * @param alone whether there is one worker, which has all threads of libtorch
     */
    public ParallelGradients(Program program, OptimizedWeights weights, int samplesAtOnce, boolean alone) {
        this.program = program;
        this.weights = weights;
        this.samplesAtOnce = samplesAtOnce;
        NDManager manager = weights.manager();
        workers = alone ? Workers.one() : Workers.of(manager.getDevice());
        for (int i = 0; i < workers.count(); i++) {
            FlatWeights own = i == 0 ? weights.gradients() : FlatWeights.zeros(manager, weights.parameters());
            partialGradients.add(own);
            NDList arguments = new NDList();
            addAll(arguments, "p[]", weights.weights());
            addAll(arguments, "g[]", own);
            parameterArguments.add(arguments);
        }
    }

    private static void addAll(NDList arguments, String name, FlatWeights weights) {
        for (NDArray view : weights.views()) {
            view.setName(name);
            arguments.add(view);
        }
    }

    /**
     * Adds the gradients of a batch to {@link OptimizedWeights#gradients()}.
     *
     * @param inputs of the method {@code gradients}, each with the whole batch
     * @param size of the batch
     * @param scope owner of temporary tensors
     * @return what {@code gradients} returned for all samples
     */
    public float[] accumulate(NDList inputs, int size, NDManager scope) {
        int parts = Math.min(workers.count(), size);
        List<float[]> losses = workers.run(parts, part -> accumulate(inputs, part, parts, size, scope));
        for (int i = 1; i < parts; i++) {
            join(partialGradients.get(i), scope);
        }
        return joined(losses);
    }

    /** The losses of part {@code part} of {@code parts} of a batch; adds its gradients to those of the worker. */
    private float[] accumulate(NDList inputs, int part, int parts, int size, NDManager scope) {
        NDList arguments = new NDList(parameterArguments.get(part));
        arguments.addAll(inputs);
        long[] range = {(long) part * size / parts, (long) (part + 1) * size / parts, samplesAtOnce / workers.count()};
        arguments.add(scope.create(range));
        return program.callWithGradients("accumulate", scope, arguments).get(0).toFloatArray();
    }

    private void join(FlatWeights part, NDManager scope) {
        try (IValue sum = Program.tensor(weights.gradients().flat());
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

    @Override
    public void close() {
        workers.close();
    }

    /**
     * A tensor that {@code gradients} takes.
     *
     * @param name of the argument
     * @param batchDimension the dimension of the samples
     */
    public record Input(String name, int batchDimension) {}

    /**
     * The methods {@code accumulate} and {@code join} around the methods {@code leaves} and {@code gradients(p, g, inputs,
     * share) -> Tensor}, which adds {@code share} times the gradients of the mean over its samples to {@code g}, and returns a row
     * for each sample. {@code accumulate} does this for the samples from {@code part[0]} to {@code part[1]} of a batch,
     * {@code part[2]} at a time; {@code join} moves gradients to others.
     */
    public static String methods(List<Input> inputs) {
        String declared = inputs.stream().map(input -> input.name + ": Tensor").collect(Collectors.joining(", "));
        String narrowed = inputs.stream()
                .map(input -> "torch.narrow(%s, %s, i, m)".formatted(input.name, input.batchDimension))
                .collect(Collectors.joining(", "));
        Input first = inputs.get(0);
        return """
  def accumulate(self: __torch__.M, p: List[Tensor], g: List[Tensor], %s, part: Tensor) -> List[Tensor]:
    w = (self).leaves(p, )
    losses = annotate(List[Tensor], [])
    n = torch.size(%s, %s)
    end = int(part[1])
    most = int(part[2])
    for i in range(int(part[0]), end, most):
      m = ops.prim.min(most, torch.sub(end, i))
      part0 = (self).gradients(w, g, %s, torch.div(m, n), )
      _0 = torch.append(losses, part0)
    return [torch.cat(losses)]
  def join(self: __torch__.M, g: Tensor, other: Tensor) -> Tensor:
    _0 = torch.add_(g, other)
    return torch.zero_(other)
"""
                .formatted(declared, first.name, first.batchDimension, narrowed);
    }
}
