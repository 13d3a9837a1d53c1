package io.stepwise.serving.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.model.NetworkProgram;
import io.stepwise.model.Precision;
import io.stepwise.model.UNet;
import io.stepwise.sampling.StepLoop;
import io.stepwise.torchscript.Gpus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A U-Net compiled, with the denoising step around it, for every device that engines compute on, and how long its steps
 * take: all that versions of one architecture have in common. With GPUs engine i has GPU i, without them all share the
 * processor.
 *
 * <p>INVARIANT: it is freed when everyone who {@link #retain retains} it has closed it; whoever compiles it retains it.
 * Thread-safe.
 */
public final class CompiledUNet implements AutoCloseable {
    private final UNet net;
    private final List<NDManager> managers = new ArrayList<>();
    private final List<NetworkProgram> programs = new ArrayList<>();
    private volatile @Nullable StepTimes times;
    private volatile boolean warm;
    private int users = 1;

    /**
     * Takes some tenths of a second.
     *
     * @param times how long its steps take, if that is known from before
     */
    public CompiledUNet(UNet net, EngineSettings settings, @Nullable StepTimes times) {
        this.net = net;
        this.times = times;
        int gpus = Gpus.count();
        for (int device = 0; device < Math.max(1, Math.min(gpus, settings.engines())); device++) {
            NDManager manager = NDManager.newBaseManager(gpus == 0 ? Device.cpu() : Device.gpu(device));
            managers.add(manager);
            programs.add(NetworkProgram.compile(
                    manager, net, Precision.F32, settings.threads(), StepLoop.methods(image(net))));
        }
    }

    public UNet net() {
        return net;
    }

    /** Shape of an image, {@code [C,H,W]}. */
    public Shape image() {
        return image(net);
    }

    private static Shape image(UNet net) {
        return new Shape(net.config().inChannels(), net.height(), net.width());
    }

    public boolean onGpu() {
        return managers.get(0).getDevice().isGpu();
    }

    public int devices() {
        return managers.size();
    }

    /** Lives as long as this. */
    public NDManager manager(int device) {
        return managers.get(device);
    }

    public NetworkProgram program(int device) {
        return programs.get(device);
    }

    /** How long its steps take; null before that was measured. */
    @Nullable
    public StepTimes times() {
        return times;
    }

    /** Whether its first calls, which are slow, are over. */
    public boolean isWarm() {
        return warm;
    }

    /** Its first calls are over, and this is how long its steps take. */
    public void warm(StepTimes measured) {
        times = measured;
        warm = true;
    }

    /** Keeps it from being freed until one more {@link #close}; false where it has been freed. */
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
