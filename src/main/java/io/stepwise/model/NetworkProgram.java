package io.stepwise.model;

import ai.djl.ndarray.NDManager;
import io.stepwise.torchscript.Program;

/**
 * A U-Net compiled for one device: everything of an {@link InferenceNetwork} but its weights, so that networks of the same
 * architecture need not be compiled again.
 *
 * <p>Calls are thread-safe. The caller closes it, after the networks.
 */
public final class NetworkProgram implements AutoCloseable {
    private final UNet net;
    private final String text;
    private final Program program;

    private NetworkProgram(UNet net, String text, Program program) {
        this.net = net;
        this.text = text;
        this.program = program;
    }

    /**
     * Compiles {@code net} for the device of {@code manager}.
     *
     * @param precision F32 or BF16
     * @param threads native threads that an operator of the callers uses at most, 1 or more; with 1 a row of the result
     *     has other bits than with several
     * @param methods of whoever works around the network, which call it as {@code (self).fwd(w, x, t, y, )}; may be empty
     */
    public static NetworkProgram compile(
            NDManager manager, UNet net, Precision precision, int threads, String methods) {
        String text = InferenceOps.program(net, precision, manager.getDevice().isGpu(), threads);
        return new NetworkProgram(net, text, Program.load(manager, text + methods));
    }

    /**
     * A network of this program.
     *
     * @param parent owns what the network holds
     * @param weights every parameter in the order of {@link UNet#parameters()}; stays the caller's
     */
    public InferenceNetwork network(NDManager parent, FlatWeights weights) {
        return new InferenceNetwork(this, parent.newSubManager(), weights, () -> {});
    }

    /** Its architecture and size. */
    public UNet net() {
        return net;
    }

    Program program() {
        return program;
    }

    /** The network alone, without the methods around it. */
    String text() {
        return text;
    }

    @Override
    public void close() {
        program.close();
    }
}
