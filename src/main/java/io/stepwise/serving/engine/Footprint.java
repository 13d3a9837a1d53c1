package io.stepwise.serving.engine;

import io.stepwise.memory.AvailableMemory;
import io.stepwise.model.Network;
import io.stepwise.model.training.ActivationCount;
import io.stepwise.repository.files.InvalidModelException;
import io.stepwise.torchscript.Gpus;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What serving a network takes from the processor and its memory, estimated from the network's structure before anything
 * is loaded: a version that doesn't fit would end the process, and one whose steps take minutes would hold up everybody's.
 * With GPUs nothing is checked: their memory ends no process, and a step takes them little time.
 *
 * @param net the network
 * @param settings of the engines, each of which may compute a batch at the same time
 */
public record Footprint(Network net, EngineSettings settings) {
    /** Rows of the smallest batch: a guided image. */
    static final int LEAST_ROWS = 2;

    /** Floating-point operations per native thread that a step of one row may take: about a minute. */
    private static final long FLOPS_PER_THREAD = 2_000_000_000_000L;

    private static final int WEIGHT_COPIES = 2; // as they are read, and as the network reads them
    private static final double MIB = 1 << 20;

    /**
     * Checks that the network can be served here.
     *
     * @throws InvalidModelException when it takes too long
     * @throws TooLargeException when there is too little memory for the smallest batches now
     */
    public void check() throws IOException {
        if (Gpus.count() == 0) {
            check(AvailableMemory.here().bytes());
        }
    }

    /** @param available bytes; empty if that is not known, and then not checked */
    void check(OptionalLong available) throws IOException {
        long flops = net.flops();
        long most = FLOPS_PER_THREAD * settings.threads();
        if (flops > most) {
            throw new InvalidModelException(String.format(
                    Locale.ROOT,
                    "%s: a step of one image takes %.0f GFLOP, must be at most %.0f, about a minute, with %d native "
                            + "threads for each engine",
                    what(),
                    flops / 1e9,
                    most / 1e9,
                    settings.threads()));
        }
        if (available.isPresent() && bytes(LEAST_ROWS) > available.getAsLong()) {
            throw new TooLargeException(String.format(
                    Locale.ROOT,
                    "%s: serving it needs about %.0f MiB of memory (%.0f for the weights, and %.0f for a batch of %d rows on "
                            + "each of %d engines), and %.0f MiB are free",
                    what(),
                    bytes(LEAST_ROWS) / MIB,
                    bytes(0) / MIB,
                    LEAST_ROWS * ActivationCount.inferenceBytes(net) / MIB,
                    LEAST_ROWS,
                    settings.engines(),
                    available.getAsLong() / MIB));
        }
    }

    private String what() {
        return "sample_size " + net.width() + "x" + net.height() + " with block_out_channels " + net.blockOutChannels();
    }

    /** Bytes while every engine computes a batch of {@code rows}. */
    long bytes(int rows) {
        return WEIGHT_COPIES * Float.BYTES * net.parameterCount()
                + settings.engines() * rows * ActivationCount.inferenceBytes(net);
    }

    /** How many rows the batches of all engines may have at most. */
    public int maxBatch() throws IOException {
        return Gpus.count() > 0
                ? settings.maxBatch()
                : maxBatch(AvailableMemory.here().bytes());
    }

    int maxBatch(OptionalLong available) {
        if (available.isEmpty()) {
            return settings.maxBatch();
        }
        long fit = (available.getAsLong() - bytes(0)) / (settings.engines() * ActivationCount.inferenceBytes(net));
        return (int) Math.min(settings.maxBatch(), Math.max(LEAST_ROWS, fit));
    }
}
