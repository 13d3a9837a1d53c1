package io.stepwise.model;

import ai.djl.ndarray.NDManager;
import io.stepwise.torchscript.Program;

/**
 * A network compiled for one device: an {@link InferenceNetwork} without weights, so that networks of one architecture
 * are compiled once.
 *
 * <p>Calls are thread-safe. The caller closes it, after the networks.
 */
public final class NetworkProgram implements AutoCloseable {
    private final Network net;
    private final String text;
    private final Program program;

    private NetworkProgram(Network net, String text, Program program) {
        this.net = net;
        this.text = text;
        this.program = program;
    }

    /**
     * Compiles {@code net} for the device of {@code manager}.
     *
     * @param precision INT8 only on a processor that {@link CpuFeatures#fastInt8 has the instructions}
     * @param threads native threads per operator, 1 or more; the bits of a row differ between 1 thread and several
     * @param methods compiled into the same program; they call the network as {@code (self).fwd(w, x, t, y, )}; may be
     *     empty
     */
    public static NetworkProgram compile(
            NDManager manager, Network net, Precision precision, int threads, String methods) {
        boolean gpu = manager.getDevice().isGpu();
        InferenceOps ops =
                precision == Precision.INT8 ? new QuantizedOps(threads) : new InferenceOps(precision, gpu, threads);
        return compile(manager, net, ops, methods);
    }

    /** The same in float32, and its networks record what {@link InferenceNetwork#ranges} returns. */
    public static NetworkProgram recording(NDManager manager, Network net, int threads, String methods) {
        return compile(manager, net, new RecordingOps(manager.getDevice().isGpu(), threads), methods);
    }

    private static NetworkProgram compile(NDManager manager, Network net, InferenceOps ops, String methods) {
        String text = ops.program(net);
        return new NetworkProgram(net, text, Program.load(manager, text + methods));
    }

    /**
     * The program of {@code net} as it is compiled for a GPU. It runs on a processor as well, in the bits of one thread,
     * without weights packed for it.
     *
     * @param precision F32 or BF16
     */
    public static String textForGpu(Network net, Precision precision) {
        return new InferenceOps(precision, true, 1).program(net);
    }

    /**
     * A network of this program.
     *
     * @param parent owns the memory of the network
     * @param weights every parameter in the order of {@link Network#parameters()}; remains the caller's
     * @param ranges of {@link InferenceNetwork#ranges}, if the precision is INT8; else empty
     */
    public InferenceNetwork network(NDManager parent, FlatWeights weights, float... ranges) {
        return new InferenceNetwork(this, parent.newSubManager(), weights, ranges, () -> {});
    }

    /** Its architecture and size. */
    public Network net() {
        return net;
    }

    Program program() {
        return program;
    }

    /** The program of the network alone, without further methods. */
    public String text() {
        return text;
    }

    @Override
    public void close() {
        program.close();
    }
}
