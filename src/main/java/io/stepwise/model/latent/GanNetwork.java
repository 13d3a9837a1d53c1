package io.stepwise.model.latent;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.training.OptimizedWeights;
import io.stepwise.model.training.OptimizerStep;
import io.stepwise.torchscript.Program;
import org.jspecify.annotations.Nullable;

/**
 * Both networks of a GAN in training, in float32. A batch norm sees the whole batch, so there are no workers: libtorch's
 * threads share each operator.
 *
 * <p>Used by one thread. Closing frees everything.
 */
public final class GanNetwork implements AutoCloseable {
    private static final int GENERATOR = 0;
    private static final int DISCRIMINATOR = 1;

    /** The share of a batch's statistics in the running ones, PyTorch's momentum. */
    private static final double MOMENTUM = .1;

    private final Dcgan net;
    private final OptimizedWeights state;
    private final Program program;
    private final NDList parameters = new NDList();
    private @Nullable NDArray batchStatistics;

    /** @param initial every parameter in the order of {@link Dcgan#trained()}; copied */
    public GanNetwork(NDManager parent, Dcgan net, float[] initial) {
        this.net = net;
        state = new OptimizedWeights(parent.newSubManager(), net.trained(), initial, net.ends());
        program = Program.load(state.manager(), GanProgram.of(net));
        addAll("p[]", state.weights());
        addAll("g[]", state.gradients());
    }

    private void addAll(String name, FlatWeights weights) {
        for (NDArray view : weights.views()) {
            view.setName(name);
            parameters.add(view);
        }
    }

    /**
     * Adds the gradients of the discriminator's mean loss to those of {@link #state()}.
     *
     * @return for each sample the losses on the real and on the made image, and 1 for each right verdict or 0, {@code [B, 4]}
     */
    public float[] discriminate(LatentBatch batch) {
        try (NDManager scope = state.manager().newSubManager()) {
            return call("discriminate", batch, scope).get(0).toFloatArray();
        }
    }

    /**
     * Adds the gradients of the generator's mean loss to those of {@link #state()}.
     *
     * @param batch whose images are not looked at
     * @return the loss of each sample, {@code [B]}
     */
    public float[] generate(LatentBatch batch) {
        try (NDManager scope = state.manager().newSubManager()) {
            NDList results = call("generate", batch, scope);
            forgetStatistics();
            batchStatistics = results.get(1);
            batchStatistics.attach(state.manager());
            return results.get(0).toFloatArray();
        }
    }

    private NDList call(String method, LatentBatch batch, NDManager scope) {
        NDList arguments = new NDList(parameters);
        arguments.addAll(batch.tensors(scope, net.shape()));
        return program.callWithGradients(method, scope, arguments);
    }

    /** See {@link OptimizedWeights#update}. */
    public float updateDiscriminator(OptimizerStep step) {
        return state.update(DISCRIMINATOR, step);
    }

    /** The same for the generator, whose running statistics move towards those of its last batch. */
    public float updateGenerator(OptimizerStep step) {
        float norm = state.update(GENERATOR, step);
        if (batchStatistics != null && Float.isFinite(norm)) {
            state.blendRest(batchStatistics, MOMENTUM, step.emaDecay());
        }
        forgetStatistics();
        return norm;
    }

    private void forgetStatistics() {
        if (batchStatistics != null) {
            batchStatistics.close();
            batchStatistics = null;
        }
    }

    /** Their weights, with all that the optimizer keeps. */
    public OptimizedWeights state() {
        return state;
    }

    @Override
    public void close() {
        program.close();
        state.close();
    }
}
