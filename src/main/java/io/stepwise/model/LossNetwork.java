package io.stepwise.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.LinkedProgram;
import io.stepwise.torchscript.Program;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The loss of a network that is not trained: in float32, without gradients and without dropout.
 *
 * <p>Used by one thread. Closing frees its copy of the weights.
 */
public final class LossNetwork implements AutoCloseable {
    private final UNet net;
    private final NDManager manager;
    private final InferenceNetwork network;
    private final LinkedProgram linked;

    /** @param weights every parameter in the order of {@link UNet#parameters()}; copied */
    public LossNetwork(NDManager parent, UNet net, FlatWeights weights, Loss loss) {
        this.net = net;
        manager = parent.newSubManager();
        network = InferenceNetwork.load(manager, net, weights, Precision.F32);
        linked = network.link(LossProgram.of(loss, LossProgram.learnsVariance(net)) + LossProgram.EVALUATE);
    }

    /** The losses of each sample before weighting, as of {@link TrainingNetwork#accumulateGradients}. */
    public float[] losses(TrainingBatch batch) {
        int size = batch.size();
        Shape images = new Shape(size, net.config().inChannels(), net.height(), net.width());
        try (NDManager scope = manager.newSubManager();
                IValue x0 = Program.tensor(scope.create(FloatBuffer.wrap(batch.x0()), images));
                IValue noise = Program.tensor(scope.create(FloatBuffer.wrap(batch.noise()), images));
                IValue t = Program.tensor(scope.create(FloatBuffer.wrap(batch.timesteps()), new Shape(size)));
                IValue y = Program.tensor(scope.create(LongBuffer.wrap(batch.labels()), new Shape(size)));
                IValue k = Program.tensor(scope.create(
                        FloatBuffer.wrap(batch.coefficients()), new Shape(TrainingBatch.rows(net), size, 1, 1, 1)));
                NDArray losses = linked.program().call("evaluate", scope, linked.weights(), x0, noise, t, y, k)) {
            return losses.toFloatArray();
        }
    }

    @Override
    public void close() {
        linked.program().close();
        network.close();
        manager.close();
    }
}
