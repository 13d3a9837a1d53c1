package io.stepwise.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.model.training.ParallelGradients;
import io.stepwise.torchscript.Program;
import java.util.List;

/**
 * A VAE in training, in float32.
 *
 * <p>Used by one thread. Closing frees everything.
 */
public final class VaeNetwork implements AutoCloseable {
    private final Vae net;
    private final OptimizedWeights state;
    private final Program program;
    private final ParallelGradients gradients;

    /**
     * @param initial every parameter in the order of {@link Vae#parameters()}; copied
     * @param beta factor of the divergence in the loss
     */
    public VaeNetwork(NDManager parent, Vae net, float[] initial, double beta) {
        this.net = net;
        state = new OptimizedWeights(parent.newSubManager(), net.parameters(), initial, List.of((long) initial.length));
        program = Program.load(state.manager(), VaeProgram.of(net, beta));
        gradients = new ParallelGradients(program, state, net.shape().samplesAtOnce(), false);
    }

    /**
     * Adds the gradients of the batch's mean loss to those of {@link #state()}.
     *
     * @return of each sample the distance, the divergence and the mean of the posterior, {@code [B, 2 + latentSize]}
     */
    public float[] accumulateGradients(LatentBatch batch) {
        try (NDManager scope = state.manager().newSubManager()) {
            return gradients.accumulate(batch.tensors(scope, net.shape()), batch.size(), scope);
        }
    }

    /**
     * The same of a batch with other weights, without gradients.
     *
     * @param weights every parameter in the order of {@link Vae#parameters()}
     */
    public float[] losses(FlatWeights weights, LatentBatch batch) {
        try (NDManager scope = state.manager().newSubManager()) {
            NDList arguments = new NDList();
            for (NDArray view : weights.views()) {
                view.setName("p[]");
                arguments.add(view);
            }
            arguments.addAll(batch.tensors(scope, net.shape()));
            return program.callWithGradients("losses", scope, arguments).get(0).toFloatArray();
        }
    }

    /** See {@link OptimizedWeights#update}. */
    public float update(OptimizerStep step) {
        return state.update(0, step);
    }

    /** Its weights, with all that the optimizer keeps. */
    public OptimizedWeights state() {
        return state;
    }

    @Override
    public void close() {
        gradients.close();
        program.close();
        state.close();
    }
}
