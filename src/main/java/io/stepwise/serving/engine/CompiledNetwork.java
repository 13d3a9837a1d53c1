package io.stepwise.serving.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.Network;
import io.stepwise.model.NetworkProgram;
import io.stepwise.model.Precision;
import io.stepwise.sampling.StepLoop;
import io.stepwise.torchscript.Gpus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A compiled network with the denoising step around it, for every device of the engines, and its step times: everything
 * that versions of one architecture share. With GPUs engine i has GPU i; without GPUs all engines share the processor.
 *
 * <p>INVARIANT: it is freed when every caller that {@link #retain retained} it has closed it; compiling it counts as
 * retaining it. Thread-safe.
 */
public final class CompiledNetwork implements AutoCloseable {
    private final Network net;
    private final int maxBatch;
    private final List<NDManager> managers = new ArrayList<>();
    private final List<NetworkProgram> programs = new ArrayList<>();
    private final KnownTimes known;
    private volatile @Nullable StepTimes times;
    private volatile boolean timed;
    private int users = 1;

    /**
     * Compiles the network, which takes some tenths of a second, and looks for step times that an earlier process measured.
     *
     * @param precision F32 or INT8
     * @param maxBatch rows of a batch at most, for which there is memory
     * @param before the same network, which has been freed, for its step times; or null
     */
    public CompiledNetwork(
            Network net, Precision precision, EngineSettings settings, int maxBatch, @Nullable CompiledNetwork before) {
        this.net = net;
        this.maxBatch = maxBatch;
        int gpus = Gpus.count();
        for (int device = 0; device < Math.max(1, Math.min(gpus, settings.engines())); device++) {
            NDManager manager = NDManager.newBaseManager(gpus == 0 ? Device.cpu() : Device.gpu(device));
            managers.add(manager);
            programs.add(
                    NetworkProgram.compile(manager, net, precision, settings.threads(), StepLoop.methods(image(net))));
        }
        known = KnownTimes.of(gpus > 0 ? null : settings.cache(), key(settings));
        times = before != null && before.timed ? before.times : known.read();
        timed = times != null;
    }

    /** Everything about the network that the times, and the sizes that give the same bits, depend on. */
    private String key(EngineSettings settings) {
        return String.join(
                "\n",
                programs.get(0).text(),
                StepLoop.methods(image()),
                "threads " + settings.threads(),
                "rows " + maxBatch);
    }

    public Network net() {
        return net;
    }

    /** Rows of a batch at most. */
    public int maxBatch() {
        return maxBatch;
    }

    /** Shape of an image, {@code [C,H,W]}. */
    public Shape image() {
        return image(net);
    }

    private static Shape image(Network net) {
        return new Shape(net.channels(), net.height(), net.width());
    }

    public boolean onGpu() {
        return managers.get(0).getDevice().isGpu();
    }

    public int devices() {
        return managers.size();
    }

    /** The owner of tensors that live as long as this object. */
    public NDManager manager(int device) {
        return managers.get(device);
    }

    public NetworkProgram program(int device) {
        return programs.get(device);
    }

    /**
     * Its step times: those of one and two rows at first, then those of all batch sizes.
     *
     * @throws NullPointerException before its first steps, if no earlier process has measured them
     */
    public StepTimes times() {
        return Objects.requireNonNull(times);
    }

    /** Whether {@link #times} covers all batch sizes. */
    public boolean isTimed() {
        return timed;
    }

    /** Records the times of all batch sizes, also for later starts. */
    public void timed(StepTimes measured) {
        times = measured;
        timed = true;
        known.write(measured);
    }

    /** Records the times of one and two rows, which count until {@link #timed}. */
    public void first(StepTimes ofFewRows) {
        if (!timed) {
            times = ofFewRows;
        }
    }

    /** Keeps it from being freed until one more {@link #close}; returns false if it is freed already. */
    public synchronized boolean retain() {
        if (users == 0) {
            return false;
        }
        users++;
        return true;
    }

    @Override
    public synchronized void close() {
        if (--users == 0) {
            programs.forEach(NetworkProgram::close);
            managers.forEach(NDManager::close);
        }
    }
}
