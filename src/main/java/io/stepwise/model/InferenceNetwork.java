package io.stepwise.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.IValue;
import io.stepwise.torchscript.LinkedProgram;
import io.stepwise.torchscript.Program;

/**
 * A U-Net with its weights on one device, ready to be called.
 *
 * <p>It copies the weights it is given. Closing frees the copy and the program. Calls are thread-safe.
 */
public final class InferenceNetwork implements AutoCloseable {
    private final UNet net;
    private final NDManager manager;
    private final String text;
    private final Program program;
    private final IValue weights;

    private InferenceNetwork(UNet net, NDManager manager, String text, Program program, IValue weights) {
        this.net = net;
        this.text = text;
        this.manager = manager;
        this.program = program;
        this.weights = weights;
    }

    /**
     * Compiles {@code net} for the device of {@code parent} and lays its weights out.
     *
     * @param weights every parameter in the order of {@link UNet#parameters()}; stays the caller's
     * @param precision F32 or BF16
     */
    public static InferenceNetwork load(NDManager parent, UNet net, FlatWeights weights, Precision precision) {
        return load(parent, net, weights, precision, Integer.MAX_VALUE);
    }

    /**
     * As the other, for callers whose operators use at most so many native threads, which may spare some work.
     *
     * @param threads 1 or more; with 1 a row of the result has other bits than with several
     */
    public static InferenceNetwork load(
            NDManager parent, UNet net, FlatWeights weights, Precision precision, int threads) {
        NDManager manager = parent.newSubManager();
        String text = InferenceOps.program(net, precision, manager.getDevice().isGpu(), threads);
        Program program = Program.load(manager, text);
        try (IValue plain = Program.list(weights.views())) {
            NDList prepared = program.callForList("prepare", manager, plain);
            return new InferenceNetwork(net, manager, text, program, Program.list(prepared));
        }
    }

    /**
     * What the network makes of a batch.
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
            return program.call("fwd", scope, weights, xs, ts, ys);
        }
    }

    /**
     * This network in one program with {@code methods}, which call it as {@code (self).fwd(w, x, t, y, )}: whoever works
     * around the network needs one native call for both. The weights stay this network's.
     */
    public LinkedProgram link(String methods) {
        return new LinkedProgram(Program.load(manager, text + methods), weights);
    }

    /** As {@link #forward} for an unconditional network. */
    public NDArray forward(NDArray x, NDArray timesteps, NDManager scope) {
        return forward(x, timesteps, timesteps.toType(DataType.INT64, false), scope);
    }

    /** Its architecture and size. */
    public UNet net() {
        return net;
    }

    @Override
    public void close() {
        weights.close();
        program.close();
        manager.close();
    }
}
