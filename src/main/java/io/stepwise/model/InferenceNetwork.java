package io.stepwise.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.LinkedProgram;
import io.stepwise.torchscript.Program;

/**
 * A network with its weights on one device, ready to be called.
 *
 * <p>It copies the weights it is given. Closing frees the copy. Calls are thread-safe.
 */
public final class InferenceNetwork implements AutoCloseable {
    private final NetworkProgram compiled;
    private final NDManager manager;
    private final IValue weights;
    private final Runnable whenClosed;

    /**
     * Prepacks the weights.
     *
     * @param manager becomes this network's own
     * @param ranges of the convolutions' inputs; empty unless they are computed in int8
     * @param whenClosed frees the other resources of this network
     */
    InferenceNetwork(
            NetworkProgram compiled, NDManager manager, FlatWeights weights, float[] ranges, Runnable whenClosed) {
        this.compiled = compiled;
        this.manager = manager;
        this.whenClosed = whenClosed;
        try (NDManager scope = manager.newSubManager()) {
            NDList all = new NDList(weights.views());
            if (ranges.length > 0) {
                all.add(scope.create(ranges, new Shape(ranges.length / 2, 2)));
            }
            try (IValue plain = Program.list(all)) {
                this.weights = Program.list(compiled.program().callForList("prepare", manager, plain));
            }
        }
    }

    /**
     * Compiles {@code net} for the device of {@code parent} and prepacks its weights.
     *
     * @param weights every parameter in the order of {@link Network#parameters()}; remains the caller's
     * @param precision F32 or BF16
     */
    public static InferenceNetwork load(NDManager parent, Network net, FlatWeights weights, Precision precision) {
        NDManager manager = parent.newSubManager();
        NetworkProgram own = NetworkProgram.compile(manager, net, precision, Integer.MAX_VALUE, "");
        return new InferenceNetwork(own, manager, weights, new float[0], own::close);
    }

    /**
     * The output of the network for a batch.
     *
     * @param x noisy images {@code [B, inChannels, height, width]}, float32
     * @param timesteps {@code [B]}, float32
     * @param labels {@code [B]}, int64; ignored by an unconditional network
     * @param scope owner of the result
     * @return {@code [B, outChannels, height, width]}, float32
     */
    public NDArray forward(NDArray x, NDArray timesteps, NDArray labels, NDManager scope) {
        try (IValue xs = Program.tensor(x);
                IValue ts = Program.tensor(timesteps);
                IValue ys = Program.tensor(labels)) {
            return compiled.program().call("fwd", scope, weights, xs, ts, ys);
        }
    }

    /**
     * The state from which this network, an {@link Encoder}, makes images again.
     *
     * @param x images {@code [B, channels, height, width]} in [-1,1], float32
     * @param labels {@code [B]}, int64
     * @param scope owner of the result
     * @return the first numbers of each state, {@code [B, n]}, float32
     */
    public NDArray encode(NDArray x, NDArray labels, NDManager scope) {
        try (IValue xs = Program.tensor(x);
                IValue ys = Program.tensor(labels)) {
            return compiled.program().call("encode", scope, weights, xs, ys);
        }
    }

    /**
     * The least and the greatest input of each convolution that int8 computes, over all calls so far: least, greatest, least,
     * and so on, 0 included. Of a network of {@link NetworkProgram#recording}.
     */
    public float[] ranges() {
        try (NDManager scope = manager.newSubManager()) {
            return compiled.program().call("ranges", scope, weights).toFloatArray();
        }
    }

    /** This network linked with the methods that its program was compiled with. The network keeps owning both. */
    public LinkedProgram linked() {
        return new LinkedProgram(compiled.program(), weights);
    }

    /**
     * This network in one program with {@code methods}, which call it as {@code (self).fwd(w, x, t, y, )}, so that code
     * around the network needs one native call for both. The caller closes the program; the weights remain this
     * network's.
     */
    public LinkedProgram link(String methods) {
        return new LinkedProgram(Program.load(manager, compiled.text() + methods), weights);
    }

    /** As {@link #forward} for an unconditional network. */
    public NDArray forward(NDArray x, NDArray timesteps, NDManager scope) {
        return forward(x, timesteps, timesteps.toType(DataType.INT64, false), scope);
    }

    /** Its architecture and size. */
    public Network net() {
        return compiled.net();
    }

    @Override
    public void close() {
        weights.close();
        whenClosed.run();
        manager.close();
    }
}
