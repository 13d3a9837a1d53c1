package io.stepwise.model.training;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.model.FlatWeights;
import io.stepwise.model.InferenceNetwork;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.torchscript.LinkedProgram;
import io.stepwise.torchscript.Program;

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
        linked = network.link(LossProgram.of(loss, net.config().learnsVariance()) + LossProgram.evaluate(loss));
    }

    /** The losses of each sample before weighting, as of {@link TrainingNetwork#accumulateGradients}. */
    public float[] losses(TrainingBatch batch) {
        try (NDManager scope = manager.newSubManager()) {
            NDList inputs = batch.tensors(scope, net);
            try (IValue x0 = Program.tensor(inputs.get(0));
                    IValue noise = Program.tensor(inputs.get(1));
                    IValue t = Program.tensor(inputs.get(2));
                    IValue y = Program.tensor(inputs.get(3));
                    IValue k = Program.tensor(inputs.get(4))) {
                return linked.program()
                        .call("evaluate", scope, linked.weights(), x0, noise, t, y, k)
                        .toFloatArray();
            }
        }
    }

    @Override
    public void close() {
        linked.program().close();
        network.close();
        manager.close();
    }
}
